// Signing up and signing in: the calls that any Cognito client makes.

import { getPasskey } from './passkeys.js';

/** A refusal: `name` is the exception's. */
export class CognitoError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

/** The user pool that served this page, seen by one app client. */
export class Pool {
  /**
   * `ways` are the first factors that the page can answer, in Cognito's words.
   * `onCall(operation, outcome, refused)` hears of every call.
   */
  constructor(clientId, ways, onCall) {
    this.clientId = clientId;
    this.ways = ways;
    this.onCall = onCall;
  }

  async call(operation, request, service = 'AWSCognitoIdentityProviderService') {
    const answer = await fetch('/', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${service}.${operation}`,
      },
      // An access token knows its client.
      body: JSON.stringify(request.AccessToken ? request : { ClientId: this.clientId, ...request }),
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
 * answer from InitiateAuth, so only SignUp can tell. `others` are the attributes that a new account
 * has besides.
 *
 * What comes back is a step. Its functions lead to the next one.
 * - `{ ways, choose(way), trouble }`: there are several ways to sign in; `trouble` is why the one
 *   that was tried did not;
 * - `{ medium, destination, confirm(code), resend() }`: a code is on its way;
 * - `{ tokens }`: the end.
 */
export async function start(pool, username, others) {
  const attributes = [{ Name: contactOf(username), Value: username }, ...others];
  try {
    const reply = await pool.call('SignUp', { Username: username, UserAttributes: attributes });
    if (reply.UserConfirmed) return await signIn(pool, username, { session: reply.Session });
    return verification(pool, username, reply.CodeDeliveryDetails);
  } catch (error) {
    // NotAuthorized: the pool lets nobody sign up by themselves.
    if (!['UsernameExistsException', 'NotAuthorizedException'].includes(error.name)) throw error;
    if (others.some(({ Name }) => error.message.includes(Name))) throw error;
    return signIn(pool, username);
  }
}

/** The attribute that a name is. */
export function contactOf(username) {
  return username.includes('@') ? 'email' : 'phone_number';
}

/** Signs in whoever has a passkey here. `asking` goes to `navigator.credentials.get`. */
export function startWithoutName(pool, asking) {
  return signIn(pool, '~passkey', { preferred: 'WEB_AUTHN', asking });
}

/** Ends a sign-in: its refresh token is good for nothing any more. */
export async function signOut(pool, tokens) {
  await pool.call('RevokeToken', { Token: tokens.RefreshToken });
}

function verification(pool, username, delivery) {
  return {
    medium: delivery?.DeliveryMedium,
    destination: delivery?.Destination ?? username,
    async confirm(code) {
      const request = { Username: username, ConfirmationCode: code };
      const reply = await pool.call('ConfirmSignUp', request);
      return signIn(pool, username, { session: reply.Session });
    },
    async resend() {
      const reply = await pool.call('ResendConfirmationCode', { Username: username });
      return verification(pool, username, reply.CodeDeliveryDetails);
    },
  };
}

/** With the `session` of a confirmed sign-up, no second code is needed. */
async function signIn(pool, username, { session, preferred, asking } = {}) {
  const parameters = { USERNAME: username, PREFERRED_CHALLENGE: preferred };
  try {
    const request = { AuthFlow: 'USER_AUTH', AuthParameters: parameters, Session: session };
    return await next(pool, username, await pool.call('InitiateAuth', request), asking);
  } catch (error) {
    if (error.name !== 'UserNotConfirmedException') throw error;
    return verification(pool, username).resend();
  }
}

async function next(pool, username, reply, asking) {
  if (reply.AuthenticationResult) return { tokens: reply.AuthenticationResult };
  const parameters = reply.ChallengeParameters ?? {};
  const code = (answer) => ({
    medium: parameters.CODE_DELIVERY_DELIVERY_MEDIUM,
    destination: parameters.CODE_DELIVERY_DESTINATION ?? username,
    confirm: (digits) => respond(pool, username, reply, { [answer]: digits }),
    resend: () => signIn(pool, username, { preferred: reply.ChallengeName }),
  });
  switch (reply.ChallengeName) {
    case 'SELECT_CHALLENGE':
      return choice(pool, username, reply);
    case 'EMAIL_OTP':
      return code('EMAIL_OTP_CODE');
    case 'SMS_OTP':
      return code('SMS_OTP_CODE');
    case 'WEB_AUTHN':
      return withPasskey(pool, username, reply, asking);
    default:
      throw new Error(`The pool asks for ${reply.ChallengeName}, which this page cannot answer.`);
  }
}

/** A passkey signs in. If there was none, there may be other ways: the Session can be left for them. */
async function withPasskey(pool, username, reply, asking) {
  let credential;
  try {
    credential = await getPasskey(JSON.parse(reply.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS), asking);
  } catch (error) {
    if (offered(pool, reply).length < 2) throw error;
    return { ...choice(pool, username, reply), trouble: error.message };
  }
  return respond(pool, username, reply, { CREDENTIAL: JSON.stringify(credential) });
}

/** What the pool offers and the page can answer. */
function offered(pool, reply) {
  return reply.AvailableChallenges.filter((way) => pool.ways.includes(way));
}

function choice(pool, username, reply) {
  const ways = offered(pool, reply);
  const asked = { ...reply, ChallengeName: 'SELECT_CHALLENGE' };
  const choose = (way) => respond(pool, username, asked, { ANSWER: way });
  if (ways.length > 1) return { ways, choose };
  if (ways.length === 1) return choose(ways[0]);
  throw new Error(`The pool offers ${reply.AvailableChallenges.join(', ')}, which this page cannot answer.`);
}

async function respond(pool, username, reply, answers) {
  const request = {
    ChallengeName: reply.ChallengeName,
    ChallengeResponses: { USERNAME: username, ...answers },
    Session: reply.Session,
  };
  return next(pool, username, await pool.call('RespondToAuthChallenge', request));
}
