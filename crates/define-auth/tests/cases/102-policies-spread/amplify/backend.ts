import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
import type { CfnUserPool } from 'aws-cdk-lib/aws-cognito';
const backend = defineBackend({ auth });
const pool = backend.auth.resources.cfnResources.cfnUserPool;
pool.policies = {
  ...(pool.policies as CfnUserPool.PoliciesProperty),
  passwordPolicy: { ...(pool.policies as any).passwordPolicy, minimumLength: 12, requireSymbols: false, passwordHistorySize: 5 },
};
pool.userPoolTier = 'PLUS';
pool.userPoolAddOns = { advancedSecurityMode: 'ENFORCED' };
pool.deviceConfiguration = { challengeRequiredOnNewDevice: true, deviceOnlyRememberedOnUserPrompt: false };
pool.deletionProtection = 'ACTIVE';
(pool as any).webAuthnFactorConfiguration = 'MULTI_FACTOR_WITH_USER_VERIFICATION';
