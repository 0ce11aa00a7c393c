import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: { otpLogin: false }, phone: { otpLogin: false } }, passwordlessOptions: { preferredChallenge: undefined } });
