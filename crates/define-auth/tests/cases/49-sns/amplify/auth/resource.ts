import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { phone: { otpLogin: true } }, senders: { sms: { externalId: 'e', snsCallerArn: 'arn:aws:iam::123456789012:role/x', snsRegion: 'us-west-2' } } });
