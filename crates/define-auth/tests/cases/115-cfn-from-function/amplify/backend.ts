import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
import { CfnUserPoolClient, CfnUserPoolGroup, UserPoolClient, type UserPool } from 'aws-cdk-lib/aws-cognito';
const backend = defineBackend({ auth });
const { userPool, userPoolClient, cfnResources } = backend.auth.resources;
function tune(pool: typeof cfnResources.cfnUserPool) { for (const flow of ['EMAIL_OTP'] as const) { const p = pool.policies as any; p.signInPolicy = { allowedFirstAuthFactors: ['PASSWORD', flow, 'WEB_AUTHN'] }; } pool.webAuthnRelyingPartyId = 'localhost'; pool.webAuthnUserVerification = 'preferred'; }
tune(cfnResources.cfnUserPool);
const l1 = userPool.node.defaultChild as typeof cfnResources.cfnUserPool;
l1.mfaConfiguration = 'OPTIONAL'; l1.enabledMfas = ['SOFTWARE_TOKEN_MFA'];
const c1 = userPoolClient.node.defaultChild as CfnUserPoolClient;
c1.refreshTokenRotation = { feature: 'ENABLED', retryGracePeriodSeconds: 60 };
c1.explicitAuthFlows = c1.explicitAuthFlows!.filter((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH');
new CfnUserPoolGroup(userPool, 'Extra', { userPoolId: userPool.userPoolId, groupName: 'Extra', precedence: 5 });
new UserPoolClient(backend.createStack('x'), 'Web2', { userPool, authFlows: { user: true } });
