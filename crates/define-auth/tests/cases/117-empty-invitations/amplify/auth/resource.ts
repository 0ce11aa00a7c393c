import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { phone: {}, email: {} }, multifactor: { mode: 'OPTIONAL', sms: true }, senders: { email: { fromEmail: 'a@acme.example', fromName: '' } as any, sms: { snsRegion: 'eu-west-1' } as any }, userAttributes: {}, groups: [] });
