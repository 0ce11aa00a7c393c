import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: { userInvitation: { emailBody: () => 'nothing', smsMessage: (u, c) => `${u()} ${c()}` } }, phone: true }, multifactor: { mode: 'OPTIONAL', sms: { smsMessage: (c) => `${'x'.repeat(200)}${c()}` } } });
