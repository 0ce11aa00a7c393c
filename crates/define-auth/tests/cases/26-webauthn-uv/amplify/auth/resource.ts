import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { phone: { otpLogin: true }, webAuthn: { userVerification: 'required' } as any } });
