import { defineFunction } from '@aws-amplify/backend';
export const preSignUp = defineFunction({ name: 'pre-sign-up', environment: { ALLOW_DOMAIN: 'acme.example' }, timeoutSeconds: 10, memoryMB: 256, runtime: 22, resourceGroupName: 'auth' });
