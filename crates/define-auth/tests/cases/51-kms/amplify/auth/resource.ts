import { defineAuth, defineFunction } from '@aws-amplify/backend';
const f = defineFunction({ name: 'f', entry: './f.ts', resourceGroupName: 'auth' });
export const auth = defineAuth({ loginWith: { email: true }, senders: { email: { handler: f, kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/a' }, sms: { handler: f, kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/b' } } });
