import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources, groups } = backend.auth.resources;
const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfnResources;
userPool.addClient('A', { oAuth: { flows: { clientCredentials: true, implicitCodeGrant: true } } });
