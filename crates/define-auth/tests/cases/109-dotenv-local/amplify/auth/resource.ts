import dotenv from 'dotenv';
import { defineAuth } from '@aws-amplify/backend';
dotenv.config({ path: '.env.team' });
dotenv.config();
export const auth = defineAuth({ name: process.env.POOL_NAME, loginWith: { email: true }, groups: (process.env.GROUPS ?? '').split(',').filter(Boolean) });
