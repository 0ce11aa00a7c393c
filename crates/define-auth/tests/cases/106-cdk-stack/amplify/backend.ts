import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
import * as cdk from 'aws-cdk-lib';
import { Stack, RemovalPolicy, CfnOutput, Tags, aws_ses as ses, aws_cognito as cognito } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
class Audit extends Construct {
  readonly topic: string;
  constructor(scope: Construct, id: string, private readonly props: { name: string }) { super(scope, id); this.topic = `${this.props.name}-topic`; }
}
const backend = defineBackend({ auth });
const stack = backend.createStack('extras');
const audit = new Audit(stack, 'Audit', { name: 'audit' });
backend.auth.resources.authenticatedUserIamRole.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
backend.auth.resources.userPool.applyRemovalPolicy(RemovalPolicy.RETAIN);
Tags.of(Stack.of(backend.auth.resources.userPool)).add('app', 'acme');
const { cfnUserPool } = backend.auth.resources.cfnResources;
cfnUserPool.userPoolName = `acme-${audit.topic}`;
cfnUserPool.emailConfiguration = { emailSendingAccount: 'DEVELOPER', from: 'Acme <hello@acme.example>', sourceArn: `arn:aws:ses:us-east-1:123456789012:identity/acme.example`, configurationSet: 'main' };
if (cognito.FeaturePlan.PLUS === 'PLUS') cfnUserPool.userPoolTier = cognito.FeaturePlan.ESSENTIALS;
new CfnOutput(stack, 'Pool', { value: backend.auth.resources.userPool.userPoolArn });
