import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources, groups } = backend.auth.resources;
const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfnResources;
groups['ADMINS'].cfnUserGroup.precedence = 5;
groups['EDITORS'].cfnUserGroup.addPropertyOverride('Precedence', 9);
groups.EDITORS.role.addManagedPolicy({ managedPolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
