import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources, groups } = backend.auth.resources;
const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfnResources;
cfnUserPoolClient.addPropertyOverride('SupportedIdentityProviders', ['COGNITO']);
cfnUserPoolClient.callbackUrLs = [...(cfnUserPoolClient.callbackUrLs ?? []), 'https://y.example/'];
userPool.addClient('Native', { oAuth: { callbackUrls: ['app://x'] } });
