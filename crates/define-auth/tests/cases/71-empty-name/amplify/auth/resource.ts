import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ name: '', loginWith: { email: true, phone: {} } });
