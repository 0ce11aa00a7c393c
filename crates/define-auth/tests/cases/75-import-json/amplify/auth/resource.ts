import { defineAuth } from '@aws-amplify/backend';
import config from './config.json' with { type: 'json' };
import { subject } from './config.json';
const extra = await Promise.resolve(['late']);
const { default: dyn } = await import('./dyn');
export const auth = defineAuth({ loginWith: { email: { verificationEmailSubject: subject } }, userAttributes: config.attributes as any, groups: [...config.groups, ...extra, dyn] });
