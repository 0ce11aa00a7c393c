import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
import { harden } from './harden';
import type { Backend } from './harden';
const backend = defineBackend({ auth });
harden(backend.auth.resources.cfnResources as any);
export { backend };
export type { Backend };
