import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: { verificationEmailStyle: 'LINK', verificationEmailBody: (l) => { l('a'); return '{##b##}'; } } } });
