import { defineAuth } from '@aws-amplify/backend';
const { default: texts } = await import('./texts.json', { with: { type: 'json' } });
const { subject } = await import('./more');
const list = await Promise.all([1, 2].map(async (n) => `g${n}`));
export const auth = defineAuth({ loginWith: { email: { verificationEmailSubject: subject, verificationEmailBody: (c) => texts.body.replaceAll('%CODE%', c()) } }, groups: list });
