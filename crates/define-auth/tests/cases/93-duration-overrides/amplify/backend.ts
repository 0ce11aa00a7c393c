import { Duration } from 'aws-cdk-lib';
import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources, groups } = backend.auth.resources;
const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfnResources;
cfnUserPoolClient.accessTokenValidity = Duration.hours(2).toMinutes();
cfnUserPoolClient.tokenValidityUnits = { accessToken: 'minutes' };
cfnUserPoolClient.refreshTokenValidity = Duration.days(3).toDays();
