import { Duration } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { OAuthScope, ClientAttributes, UserPoolClientIdentityProvider, UserPoolClient, CfnUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool } = backend.auth.resources;

userPool.addClient('One', { authFlows: { user: true, userSrp: true }, oAuth: { flows: { authorizationCodeGrant: true }, scopes: [OAuthScope.EMAIL, cognito.OAuthScope.custom('api/read')], callbackUrls: ['https://one.example/cb'], logoutUrls: ['https://one.example/out'] }, preventUserExistenceErrors: true, enableTokenRevocation: true });
userPool.addClient('Two', { generateSecret: true, disableOAuth: true, accessTokenValidity: Duration.parse('PT30M'), idTokenValidity: Duration.hours(1), refreshTokenValidity: Duration.days(90), authSessionValidity: Duration.minutes(10), preventUserExistenceErrors: false });
const three = userPool.addClient('Three', { readAttributes: new ClientAttributes().withStandardAttributes({ email: true, fullname: true, profilePage: true }).withCustomAttributes('a', 'custom:b'), supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO], refreshTokenRotationGracePeriod: Duration.seconds(30), authFlows: { custom: true } });
(three.node.defaultChild as CfnUserPoolClient).explicitAuthFlows = ['ALLOW_USER_AUTH'];
new UserPoolClient(backend.auth.stack, 'Four', { userPool, oAuth: { flows: { clientCredentials: true }, scopes: [OAuthScope.custom('x/y')] } });
userPool.addClient('Five', {});
userPool.addClient('Six');
