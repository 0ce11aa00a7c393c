import { defineBackend, defineFunction } from '@aws-amplify/backend';
import { UserPoolOperation } from 'aws-cdk-lib/aws-cognito';
import { auth } from './auth/resource';
const run = defineFunction({ name: 'run', entry: './run.ts', resourceGroupName: 'auth' });
const backend = defineBackend({ auth, run });
backend.auth.resources.userPool.addTrigger(UserPoolOperation.PRE_SIGN_UP, backend.run.resources.lambda);
backend.run.addEnvironment('POOL', backend.auth.resources.userPool.userPoolId);
