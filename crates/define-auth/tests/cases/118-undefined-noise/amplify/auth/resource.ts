import { defineAuth } from '@aws-amplify/backend';
const on = process.env.NOPE === '1';
export const auth = defineAuth({ name: undefined, loginWith: { email: { verificationEmailSubject: undefined, otpLogin: on || undefined, userInvitation: undefined } as any, phone: on ? true : undefined, webAuthn: on ? true : undefined, externalProviders: undefined }, multifactor: undefined, userAttributes: undefined, groups: undefined, triggers: {}, access: undefined, senders: undefined, accountRecovery: undefined, passwordlessOptions: {} });
