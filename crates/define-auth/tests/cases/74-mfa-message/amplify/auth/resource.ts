import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { phone: { verificationMessage: (c) => `c ${c()}`, otpLogin: true } }, multifactor: { mode: 'OPTIONAL', sms: { smsMessage: (c) => `m ${c()}` } }, accountRecovery: 'NONE' });
