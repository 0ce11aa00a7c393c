import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources, groups } = backend.auth.resources;
const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfnResources;
backend.addOutput({ custom: { a: 1 } });
backend.addOutput({ custom: { a: 2 } });
