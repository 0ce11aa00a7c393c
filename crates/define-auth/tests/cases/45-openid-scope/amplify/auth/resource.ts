import { defineAuth, secret } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: true, externalProviders: { google: { clientId: secret('G'), clientSecret: secret('GS') }, scopes: ['COGNITO_ADMIN', 'PHONE', 'PHONE'], callbackUrls: ['https://x.example/'], logoutUrls: ['https://x.example/out'] } } });
