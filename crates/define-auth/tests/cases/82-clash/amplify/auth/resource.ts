import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: true }, userAttributes: { 'custom:name': { dataType: 'String' }, 'custom:Tenant-Id': { dataType: 'Number', min: 0 }, preferredUsername: { mutable: false } } });
