import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources, groups } = backend.auth.resources;
const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfnResources;
backend.addOutput({ version: '1', custom: { a: 1 } } as any);
backend.addOutput({ version: '2', custom: { b: 2 } } as any);
