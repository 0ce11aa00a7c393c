import { defineAuth, secret } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: true, externalProviders: { google: { clientId: secret('G'), clientSecret: secret('GS') }, callbackUrls: [], logoutUrls: [] } } });
