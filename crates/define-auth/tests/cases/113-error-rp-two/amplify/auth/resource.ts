import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: { otpLogin: true }, webAuthn: { relyingPartyId: 'https://app.acme.example/', userVerification: 'required' } }, multifactor: { mode: 'REQUIRED', totp: true } });
