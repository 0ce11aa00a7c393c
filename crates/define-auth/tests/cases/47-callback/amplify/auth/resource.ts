import { defineAuth, secret } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: true, externalProviders: { callbackUrls: [], logoutUrls: ['https://a.example'] } } });
