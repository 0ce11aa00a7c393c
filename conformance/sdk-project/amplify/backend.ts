import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';

const backend = defineBackend({ auth });
const { userPool } = backend.auth.resources;

// What an app's own server signs people in with.
userPool.addClient('Server', {
  generateSecret: true,
  authFlows: { user: true, userPassword: true, userSrp: true },
  preventUserExistenceErrors: true,
});
// Tells who has no account.
userPool.addClient('Telling', { authFlows: { userPassword: true } });
