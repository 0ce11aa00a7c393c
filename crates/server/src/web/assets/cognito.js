// Signing up and signing in with a code by e-mail: the calls that any Cognito client makes.

/** A refusal: `name` is the exception's. */
export class CognitoError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

/** The user pool that served this page, seen by one app client. */
export class Pool {
  /** `onCall(operation, outcome, refused)` hears of every call. */
  constructor(clientId, onCall) {
    this.clientId = clientId;
    this.onCall = onCall;
  }

  async call(operation, request) {
    const answer = await fetch('/', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ ClientId: this.clientId, ...request }),
      cache: 'no-store',
      credentials: 'omit',
    });
    const reply = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      const name = reply.__type ?? `HTTP ${answer.status}`;
      this.onCall(operation, name, true);
      throw new CognitoError(name, reply.message ?? 'The pool gave no reason.');
    }
    this.onCall(operation, reply.ChallengeName ?? 'OK', false);
    return reply;
  }
}

/**
 * Signs `username` up, or in if they are known: an unknown person and a known one get the same
 * answer from InitiateAuth, so only SignUp can tell.
 *
 * What comes back is a step, `{ destination, confirm(code), resend() }`, of which both functions
 * lead to the next one, or the end, `{ tokens }`.
 */
export async function start(pool, username) {
  try {
    const email = { Name: 'email', Value: username };
    const reply = await pool.call('SignUp', { Username: username, UserAttributes: [email] });
    if (reply.UserConfirmed) return await signIn(pool, username, reply.Session);
    return verification(pool, username, reply.CodeDeliveryDetails);
  } catch (error) {
    // NotAuthorized: the pool lets nobody sign up by themselves.
    if (!['UsernameExistsException', 'NotAuthorizedException'].includes(error.name)) throw error;
    return signIn(pool, username);
  }
}

/** Ends a sign-in: its refresh token is good for nothing any more. */
export async function signOut(pool, tokens) {
  await pool.call('RevokeToken', { Token: tokens.RefreshToken });
}

function verification(pool, username, delivery) {
  return {
    destination: delivery?.Destination ?? username,
    async confirm(code) {
      const request = { Username: username, ConfirmationCode: code };
      const reply = await pool.call('ConfirmSignUp', request);
      return signIn(pool, username, reply.Session);
    },
    async resend() {
      const reply = await pool.call('ResendConfirmationCode', { Username: username });
      return verification(pool, username, reply.CodeDeliveryDetails);
    },
  };
}

/** With the `session` of a confirmed sign-up, no second code is needed. */
async function signIn(pool, username, session) {
  const parameters = { USERNAME: username };
  if (!session) parameters.PREFERRED_CHALLENGE = 'EMAIL_OTP';
  try {
    const request = { AuthFlow: 'USER_AUTH', AuthParameters: parameters, Session: session };
    return await next(pool, username, await pool.call('InitiateAuth', request));
  } catch (error) {
    if (error.name !== 'UserNotConfirmedException') throw error;
    return verification(pool, username).resend();
  }
}

async function next(pool, username, reply) {
  if (reply.AuthenticationResult) return { tokens: reply.AuthenticationResult };
  const respond = async (answers) =>
    next(
      pool,
      username,
      await pool.call('RespondToAuthChallenge', {
        ChallengeName: reply.ChallengeName,
        ChallengeResponses: { USERNAME: username, ...answers },
        Session: reply.Session,
      }),
    );
  switch (reply.ChallengeName) {
    case 'SELECT_CHALLENGE':
      return respond({ ANSWER: 'EMAIL_OTP' });
    case 'EMAIL_OTP':
      return {
        destination: reply.ChallengeParameters?.CODE_DELIVERY_DESTINATION ?? username,
        confirm: (code) => respond({ EMAIL_OTP_CODE: code }),
        resend: () => signIn(pool, username),
      };
    default:
      throw new Error(`The pool asks for ${reply.ChallengeName}, which this page cannot answer.`);
  }
}
