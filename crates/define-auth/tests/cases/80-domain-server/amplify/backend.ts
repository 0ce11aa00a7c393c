import { ResourceServerScope, OAuthScope, CfnUserPoolGroup, CfnUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Tags, Duration, CfnOutput } from 'aws-cdk-lib';
import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
const { userPool, cfnResources, groups } = backend.auth.resources;
const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfnResources;

const scope = new ResourceServerScope({ scopeName: 'read', scopeDescription: 'r' });
const server = userPool.addResourceServer('Server', { identifier: 'api', scopes: [scope] });
userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'poolhouse-x' } });
userPool.addClient('M2M', { generateSecret: true, oAuth: { flows: { clientCredentials: true }, scopes: [OAuthScope.custom('api/read')] } });
new CfnUserPoolGroup(backend.auth.stack, 'G', { userPoolId: userPool.userPoolId, groupName: 'extra', precedence: 3 });
new CfnUserPoolClient(backend.auth.stack, 'Raw', { userPoolId: userPool.userPoolId, clientName: 'raw', explicitAuthFlows: ['ALLOW_USER_AUTH'] });
Tags.of(backend.stack).add('a', 'b');
new CfnOutput(backend.stack, 'Out', { value: userPool.userPoolArn });
cfnUserPoolClient.node.addDependency(cfnUserPool);
cfnUserPool.userPoolTags = { team: 'x' } as any;
backend.addOutput({ custom: { when: 'now' }, geo: { aws_region: 'us-east-1' } } as any);
