import { defineAuth, defineFunction } from '@aws-amplify/backend';
const f = defineFunction({ name: 'f', entry: './f.ts', resourceGroupName: 'auth' });
export const auth = defineAuth({ loginWith: { email: { otpLogin: true } }, senders: { email: { handler: f, kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/a' } } });
