import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
import { Duration } from 'aws-cdk-lib';
import { ClientAttributes, OAuthScope, UserPoolClientIdentityProvider } from 'aws-cdk-lib/aws-cognito';
const backend = defineBackend({ auth });
const { userPool } = backend.auth.resources;
const mobile = userPool.addClient('mobile', {
  userPoolClientName: 'Mobile app', authFlows: { user: true, userSrp: true }, generateSecret: false,
  accessTokenValidity: Duration.minutes(30), idTokenValidity: Duration.minutes(30), refreshTokenValidity: Duration.days(90), authSessionValidity: Duration.minutes(5),
  enableTokenRevocation: true, preventUserExistenceErrors: true, refreshTokenRotationGracePeriod: Duration.seconds(30),
  oAuth: { flows: { authorizationCodeGrant: true }, scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE, OAuthScope.COGNITO_ADMIN], callbackUrls: ['acme://callback'], logoutUrls: ['acme://out'], defaultRedirectUri: 'acme://callback' },
  supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
  readAttributes: new ClientAttributes().withStandardAttributes({ email: true, fullname: true, emailVerified: true }).withCustomAttributes('tenant'),
  writeAttributes: new ClientAttributes().withStandardAttributes({ fullname: true }),
});
userPool.addClient('server', { generateSecret: true, authFlows: { adminUserPassword: true }, disableOAuth: true });

