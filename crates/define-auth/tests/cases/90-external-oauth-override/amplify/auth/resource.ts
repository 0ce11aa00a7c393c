import { defineAuth, secret } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: { otpLogin: true }, externalProviders: { google: { clientId: secret('G'), clientSecret: secret('GS'), attributeMapping: { email: 'mail', fullname: 'name', profilePicture: 'pic' } }, callbackUrls: ['https://x.example/'], logoutUrls: ['https://x.example/out'] } } });
