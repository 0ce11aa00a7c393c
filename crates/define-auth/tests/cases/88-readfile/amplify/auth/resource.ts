import { defineAuth } from '@aws-amplify/backend';
import { readFileSync, existsSync } from 'node:fs';
import path, { join } from 'path';
import { fileURLToPath } from 'node:url';
const here = path.dirname(fileURLToPath(import.meta.url));
const subject = readFileSync(join(here, 'subject.txt'), 'utf-8').trim();
const body = readFileSync(new URL('./body.html', import.meta.url)).toString();
export const auth = defineAuth({ loginWith: { email: { verificationEmailSubject: subject, verificationEmailBody: (code) => body.replace('CODE', code()) } }, groups: existsSync(path.resolve(here, 'nope')) ? ['x'] : ['y'] });
