import {
  autoSignIn,
  confirmSignIn,
  confirmSignUp,
  resendSignUpCode,
  signIn,
  signUp,
  type SignInOutput,
} from 'aws-amplify/auth';
import { forgetSignIn, keepSignIn } from './magic-link';

/** The ways of this app to sign in, by Cognito's names. */
export const WAYS = ['EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] as const;
export type Way = (typeof WAYS)[number];

/** What a person does next; each function leads to the next step. */
export type Step =
  | { name: 'choose'; ways: Way[]; choose(way: Way): Promise<Step> }
  | {
      name: 'code';
      /** Where the code went, masked by the pool. */
      destination: string;
      confirm(code: string): Promise<Step>;
      resend(): Promise<Step>;
    }
  | { name: 'done' };

/**
 * With `loginWith` both `email` and `phone`, a new account has both. One of them is its name, to which the code goes; the
 * other becomes a name, too, when a code that went there comes back.
 */
export async function startSignUp(username: string, other: string): Promise<Step> {
  const [email, phone_number] = isEmail(username) ? [username, other] : [other, username];
  const { nextStep } = await signUp({
    username,
    options: {
      userAttributes: { email, phone_number },
      autoSignIn: { authFlowType: 'USER_AUTH' },
    },
  });
  if (nextStep.signUpStep !== 'CONFIRM_SIGN_UP') {
    throw unexpected(nextStep.signUpStep);
  }
  return signUpCode(username, nextStep.codeDeliveryDetails.destination);
}

/** Without a preference the pool says which ways this person has. */
export async function startSignIn(username: string, preferredChallenge?: Way): Promise<Step> {
  const { nextStep } = await signIn({ username, options: { authFlowType: 'USER_AUTH', preferredChallenge } });
  return follow(username, nextStep);
}

/** The browser shows the passkeys that it has for this app; the one that is chosen says whose it is. */
export function signInWithoutName(): Promise<Step> {
  // Beyond Cognito: on AWS, ask for the name first.
  return startSignIn('~passkey', 'WEB_AUTHN');
}

/** Goes on where a link in a mail leads, with the sign-in that `magic-link` has found. */
export function continueByLink(username: string, code: string): Promise<Step> {
  return answer(username, code);
}

async function follow(username: string, nextStep: SignInOutput['nextStep']): Promise<Step> {
  switch (nextStep.signInStep) {
    case 'DONE':
      forgetSignIn();
      return { name: 'done' };
    case 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION': {
      const ways = WAYS.filter((way) => nextStep.availableChallenges?.includes(way));
      const [only, another] = ways;
      // With a passkey, the browser's dialog is part of the answer.
      const choose = (way: Way) => answer(username, way);
      return only && !another ? choose(only) : { name: 'choose', ways, choose };
    }
    case 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE':
    case 'CONFIRM_SIGN_IN_WITH_SMS_CODE':
      if (nextStep.signInStep === 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE') {
        keepSignIn(); // beside the code the mail may have a link
      }
      return {
        name: 'code',
        destination: nextStep.codeDeliveryDetails?.destination ?? username,
        confirm: (code) => answer(username, code),
        resend: () => startSignIn(username, nextStep.signInStep.includes('SMS') ? 'SMS_OTP' : 'EMAIL_OTP'),
      };
    case 'CONFIRM_SIGN_UP': // the account was created, but its code never typed in
      return resendSignUp(username);
    default:
      throw unexpected(nextStep.signInStep);
  }
}

async function answer(username: string, challengeResponse: string): Promise<Step> {
  const { nextStep } = await confirmSignIn({ challengeResponse });
  return follow(username, nextStep);
}

function signUpCode(username: string, destination = username): Step {
  return {
    name: 'code',
    destination,
    confirm: async (code) => {
      const { nextStep } = await confirmSignUp({ username, confirmationCode: code });
      // Amplify keeps the way to sign in straight away for three minutes after the sign-up.
      if (nextStep.signUpStep !== 'COMPLETE_AUTO_SIGN_IN') {
        return startSignIn(username);
      }
      return follow(username, (await autoSignIn()).nextStep);
    },
    resend: () => resendSignUp(username),
  };
}

async function resendSignUp(username: string): Promise<Step> {
  const { destination } = await resendSignUpCode({ username });
  return signUpCode(username, destination);
}

export function isEmail(name: string): boolean {
  return name.includes('@');
}

function unexpected(step: string): Error {
  return new Error(`This app signs in with codes and passkeys only, but the pool asked for ${step}.`);
}
