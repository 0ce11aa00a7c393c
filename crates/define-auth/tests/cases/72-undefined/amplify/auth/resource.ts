import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ name: undefined, loginWith: { email: { otpLogin: undefined, verificationEmailBody: undefined }, phone: undefined, webAuthn: undefined }, groups: undefined, userAttributes: undefined, multifactor: undefined, triggers: {}, senders: {}, passwordlessOptions: undefined });
