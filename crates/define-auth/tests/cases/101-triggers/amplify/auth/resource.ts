import { defineAuth, defineFunction } from '@aws-amplify/backend';
import { preSignUp } from './pre-sign-up/resource';
import { postConfirmation } from './post-confirmation/resource';
export const auth = defineAuth({
  loginWith: { email: true },
  groups: ['EVERYONE'],
  triggers: {
    preSignUp,
    postConfirmation,
    createAuthChallenge: defineFunction({ name: 'create', entry: './challenge/create.ts' }),
    defineAuthChallenge: defineFunction({ name: 'define', entry: './challenge/define.ts' }),
    verifyAuthChallengeResponse: defineFunction({ name: 'verify', entry: './challenge/verify.ts' }),
  },
  access: (allow) => [allow.resource(postConfirmation).to(['addUserToGroup', 'manageUsers'])],
});
