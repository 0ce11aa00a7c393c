import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: { otpLogin: true } }, multifactor: { mode: 'OPTIONAL', sms: true }, passwordlessOptions: { preferredChallenge: 'EMAIL_OTP' } });
