import { defineAuth } from '@aws-amplify/backend';
import { a } from './a.mjs';
import { b } from './b.tsx';
import { c } from './c/index.js';
import * as all from './c';
export const auth = defineAuth({ loginWith: { email: true }, groups: [a, b, c, all.c + '2', typeof all] });
