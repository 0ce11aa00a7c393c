import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ name: 'x', loginWith: { phone: { otpLogin: true, verificationMessage: undefined }, webAuthn: { relyingPartyId: '' } as any }, groups: [] });
