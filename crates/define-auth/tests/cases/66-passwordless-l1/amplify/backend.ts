import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources, groups } = backend.auth.resources;
const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfnResources;
cfnUserPool.policies = { ...cfnUserPool.policies, signInPolicy: { allowedFirstAuthFactors: ['EMAIL_OTP', 'WEB_AUTHN', 'PASSWORD'] } };
cfnUserPool.webAuthnRelyingPartyId = 'rp.example';
cfnUserPool.webAuthnUserVerification = 'required';
cfnUserPoolClient.explicitAuthFlows = [...(cfnUserPoolClient.explicitAuthFlows ?? []), 'ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH'];
