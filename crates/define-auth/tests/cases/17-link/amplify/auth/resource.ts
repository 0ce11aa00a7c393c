import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ name: 'My Pool_1-x', loginWith: { email: { verificationEmailStyle: 'LINK', verificationEmailSubject: 'S', verificationEmailBody: (link) => `x ${link()} y ${link('Go')} <b>` }, phone: true } });
