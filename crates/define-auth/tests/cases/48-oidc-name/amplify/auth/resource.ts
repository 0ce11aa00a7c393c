import { defineAuth, secret } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: true, externalProviders: { oidc: [{ name: 'ab', clientId: secret('P'), clientSecret: secret('PS'), issuerUrl: 'https://p.example' }], callbackUrls: ['https://a.example'], logoutUrls: ['https://a.example'] } } });
