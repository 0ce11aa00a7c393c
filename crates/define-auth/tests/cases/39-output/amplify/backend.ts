import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources, groups } = backend.auth.resources;
const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfnResources;
backend.addOutput({ custom: { a: 1, nested: { b: ['x'] }, region: 'eu' } });
backend.addOutput({ version: '1.3', custom: { nested: { c: true } } } as any);
