import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage, signInByMail } from '../harness/stage.js';

const stage = await setStage();

test('somebody signs out, and in again with a code by e-mail', async () => {
  const { address, app } = await stage.signedUp();
  await app.call('signOut');
  assert.equal(await app.tokens(), undefined);
  await assert.rejects(app.call('getCurrentUser'), { name: 'UserUnAuthenticatedException' });

  const { isSignedIn, nextStep } = await signInByMail(app, address);
  assert.equal(isSignedIn, false);
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  const { deliveryMedium, destination } = nextStep.codeDeliveryDetails;
  assert.deepEqual({ deliveryMedium, destination }, { deliveryMedium: 'EMAIL', destination: 'p***@e***' });
  const { response } = await app.last('InitiateAuth');
  assert.deepEqual(Object.keys(response).sort(), ['AvailableChallenges', 'ChallengeName', 'ChallengeParameters', 'Session']);
  assert.deepEqual(response.AvailableChallenges, ['EMAIL_OTP']);

  const code = await stage.pool.inbox.code(address);
  assert.match(code, /^\d{8}$/);
  const done = await app.call('confirmSignIn', { challengeResponse: code });
  assert.deepEqual({ isSignedIn: done.isSignedIn, step: done.nextStep.signInStep }, { isSignedIn: true, step: 'DONE' });
  const { idClaims } = await app.mustHaveTokens();
  assert.equal(idClaims.email, address);
  assert.deepEqual(idClaims.amr, ['email_otp']);
});

test('an address is the same in capitals', async () => {
  const { address, app } = await stage.member();
  await signInByMail(app, address.toUpperCase());
  await app.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(address) });
  assert.equal((await app.mustHaveTokens()).idClaims.email, address);
});

test('somebody who says nothing about how chooses among the ways', async () => {
  const { address, app } = await stage.member();

  const { nextStep } = await app.call('signIn', { username: address, options: { authFlowType: 'USER_AUTH' } });
  assert.deepEqual(nextStep, { signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION', availableChallenges: ['EMAIL_OTP'] });
  assert.equal((await app.last('InitiateAuth')).response.ChallengeName, 'SELECT_CHALLENGE');

  const chosen = await app.call('confirmSignIn', { challengeResponse: 'EMAIL_OTP' });
  assert.equal(chosen.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  const done = await app.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(address) });
  assert.equal(done.isSignedIn, true);
  assert.equal((await app.mustHaveTokens()).idClaims.email, address);
});

test('a wrong code leaves the Session good for the right one', async () => {
  const { address, app } = await stage.member();
  await signInByMail(app, address);
  const code = await stage.pool.inbox.code(address);
  const wrong = code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));

  await assert.rejects(app.call('confirmSignIn', { challengeResponse: wrong }), {
    name: 'CodeMismatchException',
    message: 'Invalid code or auth state for the user.',
  });
  const refused = await app.last('RespondToAuthChallenge');
  assert.equal(refused.headers['x-amzn-errortype'], 'CodeMismatchException:');

  assert.equal((await app.call('confirmSignIn', { challengeResponse: code })).isSignedIn, true);
  const accepted = await app.last('RespondToAuthChallenge');
  assert.equal(accepted.request.Session, refused.request.Session);
});

test('a Session that was used is refused', async () => {
  const { address, app } = await stage.member();
  await signInByMail(app, address);
  await app.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(address) });

  const { request } = await app.last('RespondToAuthChallenge');
  const replay = await stage.pool.call('RespondToAuthChallenge', request);
  assert.equal(replay.status, 400);
  assert.deepEqual(replay.body, {
    __type: 'NotAuthorizedException',
    message: 'Invalid session for the user, session can only be used once.',
  });
});

test('the Session of a sign-up signs in once', async () => {
  const { app } = await stage.signedUp();
  const { request } = await app.last('InitiateAuth');
  const replay = await stage.pool.call('InitiateAuth', request);
  assert.equal(replay.body.AuthenticationResult, undefined, 'a used Session should not give tokens');
});

test('asking again at once sends nothing new, and the code on its way is good', async () => {
  const { address, app } = await stage.member();
  await signInByMail(app, address);
  const code = await stage.pool.inbox.code(address);
  const sent = (await stage.pool.inbox.messages(address)).length;

  await signInByMail(app, address); // what the Authenticator does for "resend code"
  assert.equal((await app.call('confirmSignIn', { challengeResponse: code })).isSignedIn, true);
  await stage.mailSettled();
  assert.equal((await stage.pool.inbox.messages(address)).length, sent);
});

test('a page that was loaded anew between the two steps goes on', async () => {
  const { address, app } = await stage.member();
  await signInByMail(app, address);
  await app.reload();
  await app.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(address) });
  await app.reload();
  assert.equal((await app.mustHaveTokens()).idClaims.email, address);
});

test('two people who sign in at the same time do not mix', async () => {
  const [ada, ben] = [await stage.member(), await stage.member()];
  await Promise.all([ada, ben].map(({ app, address }) => signInByMail(app, address)));
  const [adaCode, benCode] = [await stage.pool.inbox.code(ada.address), await stage.pool.inbox.code(ben.address)];

  await assert.rejects(ada.app.call('confirmSignIn', { challengeResponse: benCode }), { name: 'CodeMismatchException' });
  await Promise.all([
    ada.app.call('confirmSignIn', { challengeResponse: adaCode }),
    ben.app.call('confirmSignIn', { challengeResponse: benCode }),
  ]);
  assert.equal((await ada.app.mustHaveTokens()).idClaims.email, ada.address);
  assert.equal((await ben.app.mustHaveTokens()).idClaims.email, ben.address);
});
