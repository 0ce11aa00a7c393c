import { defineAuth, secret } from '@aws-amplify/backend';
export const auth = defineAuth({
  loginWith: {
    email: { verificationEmailStyle: 'LINK', verificationEmailBody: (createLink) => `Click ${createLink('here')} or ${createLink()}` , verificationEmailSubject: 'Link'},
    externalProviders: {
      oidc: [
        { name: 'MicrosoftEntraID', clientId: secret('ENTRA_ID'), clientSecret: secret('ENTRA_SECRET'), issuerUrl: 'https://login.microsoftonline.com/t/v2.0', scopes: ['openid', 'profile', 'email'], attributeMapping: { email: 'email', preferredUsername: 'preferred_username' }, attributeRequestMethod: 'POST', endpoints: { authorization: 'https://a.example/a', token: 'https://a.example/t', userInfo: 'https://a.example/u', jwksUri: 'https://a.example/j' }, identifiers: ['acme.example'] },
        { name: 'Second', clientId: secret('S_ID'), clientSecret: secret('S_SECRET'), issuerUrl: 'https://b.example' },
      ],
      saml: { name: 'Corp', metadata: { metadataContent: 'https://idp.example/metadata', metadataType: 'URL' }, idpSignout: true, identifiers: ['corp'], attributeMapping: { email: 'http://schemas/email' } },
      signInWithApple: { clientId: secret('A1'), teamId: secret('A2'), keyId: secret('A3'), privateKey: secret('A4'), scopes: ['name', 'email'] },
      facebook: { clientId: secret('F1'), clientSecret: secret('F2'), scopes: ['public_profile', 'email'], apiVersion: 'v17.0' },
      loginWithAmazon: { clientId: secret('L1'), clientSecret: secret('L2'), scopes: ['profile', 'postal_code'] },
      callbackUrls: ['http://localhost:5173'], logoutUrls: ['http://localhost:5173'],
    },
  },
});
