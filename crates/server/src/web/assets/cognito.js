// Signing up and signing in: the calls that any Cognito client makes.

import { getPasskey } from './passkeys.js';
import { Proof } from './srp.js';

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
   * `id` is the pool's own, `passwordFlow` by which flow passwords sign in, `ways` are the first
   * factors that the page can answer, in Cognito's words.
   * `onCall(operation, outcome, refused)` hears of every call.
   */
  constructor({ clientId, poolId, passwordFlow }, ways, onCall) {
    this.clientId = clientId;
    this.name = poolId.split('_')[1];
    this.passwordFlow = passwordFlow;
    this.ways = ways;
    this.onCall = onCall;
  }

  /** Whether there is a way in without a password. */
  get isPasswordless() {
    return this.ways.some((way) => way !== 'PASSWORD');
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
 * has besides; `password` is asked for first where there is no other way.
 *
 * What comes back is a step. Its functions lead to the next one.
 * - `{ ways, choose(way), trouble }`: there are several ways to sign in; `trouble` is why the one
 *   that was tried did not;
 * - `{ medium, destination, confirm(code), resend() }`: a code is on its way;
 * - `{ prove(password) }`: the password is awaited;
 * - `{ tokens }`: the end.
 */
export async function start(pool, username, others, password) {
  if (password === undefined && !pool.isPasswordless) return startWithPassword(pool, username, others);
  const attributes = [{ Name: contactOf(username), Value: username }, ...others];
  try {
    const request = { Username: username, Password: password, UserAttributes: attributes };
    const reply = await pool.call('SignUp', request);
    if (reply.UserConfirmed) return await signIn(pool, username, { session: reply.Session, password });
    return verification(pool, username, reply.CodeDeliveryDetails, password);
  } catch (error) {
    // NotAuthorized: the pool lets nobody sign up by themselves.
    if (!['UsernameExistsException', 'NotAuthorizedException'].includes(error.name)) throw error;
    if (others.some(({ Name }) => error.message.includes(Name))) throw error;
    return signIn(pool, username, { password });
  }
}

/** [`start`] with a password, which is asked for now. */
export function startWithPassword(pool, username, others) {
  return { isNew: true, prove: (password) => start(pool, username, others, password) };
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

function verification(pool, username, delivery, password) {
  return {
    medium: delivery?.DeliveryMedium,
    destination: delivery?.Destination ?? username,
    async confirm(code) {
      const request = { Username: username, ConfirmationCode: code };
      const reply = await pool.call('ConfirmSignUp', request);
      return signIn(pool, username, { session: reply.Session, password });
    },
    async resend() {
      const reply = await pool.call('ResendConfirmationCode', { Username: username });
      return verification(pool, username, reply.CodeDeliveryDetails, password);
    },
  };
}

/** With the `session` of a confirmed sign-up nothing else has to be proved, where there is `USER_AUTH`. */
async function signIn(pool, username, { session, preferred, asking, password } = {}) {
  const parameters = { USERNAME: username, PREFERRED_CHALLENGE: preferred };
  const isFinished = session && (pool.isPasswordless || pool.passwordFlow === 'USER_AUTH');
  try {
    if (password !== undefined && !isFinished) return await signInByPassword(pool, username, password);
    const request = { AuthFlow: 'USER_AUTH', AuthParameters: parameters, Session: session };
    return await next(pool, username, await pool.call('InitiateAuth', request), asking);
  } catch (error) {
    if (error.name !== 'UserNotConfirmedException') throw error;
    return verification(pool, username, undefined, password).resend();
  }
}

async function signInByPassword(pool, username, password) {
  const flow = pool.passwordFlow;
  const initiate = (parameters) =>
    pool.call('InitiateAuth', { AuthFlow: flow, AuthParameters: { USERNAME: username, ...parameters } });
  if (flow === 'USER_PASSWORD_AUTH') return next(pool, username, await initiate({ PASSWORD: password }));
  const proof = new Proof();
  const preferred = flow === 'USER_AUTH' ? 'PASSWORD_SRP' : undefined;
  const reply = await initiate({ SRP_A: proof.opening, PREFERRED_CHALLENGE: preferred });
  return proven(pool, username, reply, proof, password);
}

/** Answers what follows `SRP_A`. Whoever has no password is asked for something else. */
async function proven(pool, username, reply, proof, password) {
  if (reply.ChallengeName !== 'PASSWORD_VERIFIER') return next(pool, username, reply);
  return respond(pool, username, reply, await proof.claim(pool.name, reply.ChallengeParameters, password));
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
  const prove = async (password) => {
    const proof = new Proof();
    const answers = { ANSWER: 'PASSWORD_SRP', SRP_A: proof.opening };
    return proven(pool, username, await call(pool, username, asked, answers), proof, password);
  };
  const choose = (way) => (way === 'PASSWORD' ? { prove } : respond(pool, username, asked, { ANSWER: way }));
  if (ways.length > 1) return { ways, choose };
  if (ways.length === 1) return choose(ways[0]);
  throw new Error(`The pool offers ${reply.AvailableChallenges.join(', ')}, which this page cannot answer.`);
}

async function respond(pool, username, reply, answers) {
  return next(pool, username, await call(pool, username, reply, answers));
}

function call(pool, username, reply, answers) {
  return pool.call('RespondToAuthChallenge', {
    ChallengeName: reply.ChallengeName,
    ChallengeResponses: { USERNAME: username, ...answers },
    Session: reply.Session,
  });
}
