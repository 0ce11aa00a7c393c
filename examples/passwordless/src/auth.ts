import {
  autoSignIn,
  confirmSignIn,
  confirmSignUp,
  resendSignUpCode,
  signIn,
  signUp,
} from 'aws-amplify/auth';

/** A code is on its way to somebody. */
export interface PendingCode {
  /** Where it went, masked by the pool. */
  destination: string;
  /** Resolves once signed in, or with the next code if the pool asks for one more. */
  confirm(code: string): Promise<PendingCode | undefined>;
  resend(): Promise<PendingCode>;
}

export async function startSignUp(email: string): Promise<PendingCode> {
  const { nextStep } = await signUp({
    username: email,
    options: {
      userAttributes: { email },
      autoSignIn: { authFlowType: 'USER_AUTH' },
    },
  });
  if (nextStep.signUpStep !== 'CONFIRM_SIGN_UP') {
    throw unexpected(nextStep.signUpStep);
  }
  return signUpCode(email, nextStep.codeDeliveryDetails.destination);
}

export async function startSignIn(email: string): Promise<PendingCode> {
  const { nextStep } = await signIn({
    username: email,
    options: { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' },
  });
  switch (nextStep.signInStep) {
    case 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE':
      return {
        destination: nextStep.codeDeliveryDetails?.destination ?? email,
        confirm: answerSignIn,
        resend: () => startSignIn(email),
      };
    case 'CONFIRM_SIGN_UP': // the account was created, but its code never typed in
      return resendSignUp(email);
    default:
      throw unexpected(nextStep.signInStep);
  }
}

function signUpCode(email: string, destination: string | undefined): PendingCode {
  return {
    destination: destination ?? email,
    confirm: async (code) => {
      const { nextStep } = await confirmSignUp({ username: email, confirmationCode: code });
      // Amplify keeps the way to sign in straight away for three minutes after the sign-up.
      return nextStep.signUpStep === 'COMPLETE_AUTO_SIGN_IN' ? finishSignUp() : startSignIn(email);
    },
    resend: () => resendSignUp(email),
  };
}

async function finishSignUp(): Promise<undefined> {
  const { nextStep } = await autoSignIn();
  if (nextStep.signInStep !== 'DONE') {
    throw unexpected(nextStep.signInStep);
  }
}

async function resendSignUp(email: string): Promise<PendingCode> {
  const { destination } = await resendSignUpCode({ username: email });
  return signUpCode(email, destination);
}

async function answerSignIn(code: string): Promise<undefined> {
  const { nextStep } = await confirmSignIn({ challengeResponse: code });
  if (nextStep.signInStep !== 'DONE') {
    throw unexpected(nextStep.signInStep);
  }
}

function unexpected(step: string): Error {
  return new Error(`This app signs in with a code by e-mail only, but the pool asked for ${step}.`);
}
