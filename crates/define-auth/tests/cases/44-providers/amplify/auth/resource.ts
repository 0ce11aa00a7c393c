import { defineAuth, secret } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: true, phone: true, externalProviders: {
 google: { clientId: secret('G'), clientSecret: secret('GS') },
 facebook: { clientId: secret('F'), clientSecret: secret('FS'), scopes: ['email', 'public_profile'], apiVersion: 'v20.0' },
 signInWithApple: { clientId: secret('A'), teamId: secret('AT'), keyId: secret('AK'), privateKey: secret('AP') },
 loginWithAmazon: { clientId: secret('M'), clientSecret: secret('MS'), scopes: ['profile', 'postal_code'] },
 oidc: [{ name: 'One', clientId: secret('O'), clientSecret: secret('OS'), issuerUrl: 'https://o.example', endpoints: { authorization: 'https://o.example/a', jwksUri: 'https://o.example/j', token: 'https://o.example/t', userInfo: 'https://o.example/u' }, identifiers: ['o.example'], scopes: ['openid', 'email'], attributeRequestMethod: 'POST' }, { name: 'Two', clientId: secret('P'), clientSecret: secret('PS'), issuerUrl: 'https://p.example' }],
 saml: { name: 'Corp', metadata: { metadataContent: 'https://s.example/m', metadataType: 'URL' }, idpSignout: true, attributeMapping: { email: 'mail' } },
 callbackUrls: ['https://x.example/'], logoutUrls: ['https://x.example/out'] } } });
