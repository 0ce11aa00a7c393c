import { defineAuth } from '@aws-amplify/backend';

export const auth = defineAuth({
  loginWith: {
    email: {
      otpLogin: true, // Enable email OTP
    },
    phone: {
      otpLogin: true, // Enable SMS OTP
    },
    webAuthn: true, // Enable WebAuthn passkeys
  },
});
