import type { CfnUserPool, CfnUserPoolClient } from 'aws-cdk-lib/aws-cognito';
export type Backend = { x: 1 };
interface Cfn { cfnUserPool: CfnUserPool; cfnUserPoolClient: CfnUserPoolClient }
export function harden({ cfnUserPool, cfnUserPoolClient }: Cfn): void {
  Object.assign(cfnUserPool, { userPoolTier: 'LITE' });
  cfnUserPool.policies = { ...(cfnUserPool.policies as CfnUserPool.PoliciesProperty), passwordPolicy: { minimumLength: 16, passwordHistorySize: 2 } };
  for (const [key, value] of Object.entries({ AccessTokenValidity: 1 })) cfnUserPoolClient.addPropertyOverride(key, value);
}
