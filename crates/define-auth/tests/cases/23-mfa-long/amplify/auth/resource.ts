import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: true }, multifactor: { mode: 'OPTIONAL', sms: { smsMessage: (c) => c() + 'x'.repeat(140) } } });
