import { defineAuth } from '@aws-amplify/backend';
const seen: string[] = [];
function track(value: any, context: any) { seen.push(String(context.name ?? 'x')); return value; }
class Config { @track email() { return true; } }
export const auth = defineAuth({ loginWith: { email: new Config().email() }, groups: seen });
