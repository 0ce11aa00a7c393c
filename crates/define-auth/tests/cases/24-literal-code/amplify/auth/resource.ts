import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: { verificationEmailBody: () => 'say {####} now' } }, multifactor: { mode: 'OPTIONAL', sms: { smsMessage: () => '{####}' }, totp: false } });
