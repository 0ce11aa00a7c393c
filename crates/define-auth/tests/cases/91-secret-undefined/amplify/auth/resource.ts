import { defineAuth, secret } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: true, externalProviders: { facebook: { clientId: secret('A B.c/d'), clientSecret: secret('x') }, callbackUrls: ['https://x.example/'], logoutUrls: ['https://x.example/out'] } } });
