// Passwords: Amplify's default, SRP, and every other way; forgetting one, changing it, guessing at it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from '../harness/stage.js';

const ALL_FLOWS = `client.explicitAuthFlows = ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];`;

const PASSWORD = 'Correct-h0rse';
const OTHER = 'Battery-5taple';
const INCORRECT = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };

/** What `defineAuth({ loginWith: { email: true } })` makes, as most apps have it. */
const plain = await setStage('{ email: true }');
const passwordless = await setStage('{ email: { otpLogin: true } }', '', ALL_FLOWS);

/** @typedef {import('../harness/stage.js').Stage} Stage */
/** @typedef {import('../harness/app.js').App} App */

/** Somebody who has just signed up with a password, and has not confirmed it. @param {Stage} stage */
async function signedUp(stage) {
  const { app, address } = await stage.newcomer();
  const options = { userAttributes: { email: address }, autoSignIn: true };
  const { nextStep } = await app.call('signUp', { username: address, password: PASSWORD, options });
  assert.equal(nextStep.signUpStep, 'CONFIRM_SIGN_UP');
  return { app, address };
}

/** Somebody with a password who is signed out. @param {Stage} stage */
async function member(stage) {
  const { app, address } = await signedUp(stage);
  await confirm(stage, app, address);
  return { app, address };
}

/** @param {Stage} stage @param {App} app @param {string} address */
async function confirm(stage, app, address) {
  const confirmationCode = await stage.pool.inbox.code(address);
  return app.call('confirmSignUp', { username: address, confirmationCode });
}

/**
 * Signs in, and must get in at once.
 * @param {App} app @param {string} username @param {string} password @param {Record<string, unknown>} [options]
 */
async function signIn(app, username, password, options) {
  const { isSignedIn, nextStep } = await app.call('signIn', { username, password, ...(options && { options }) });
  assert.deepEqual({ isSignedIn, step: nextStep.signInStep }, { isSignedIn: true, step: 'DONE' });
  const { idClaims } = await app.mustHaveTokens();
  assert.deepEqual(idClaims.amr, ['pwd']);
}

/** All that the page of an app has said to the pool from now on. @param {App} app */
function overhear({ page }) {
  /** @type {string[]} */
  const heard = [];
  page.on('request', (request) => heard.push(request.postData() ?? ''));
  return heard;
}

test('somebody signs up with a password, and in by SRP, which does not send it', async () => {
  const { app, address } = await member(plain);
  const heard = overhear(app);
  await signIn(app, address, PASSWORD);
  assert.deepEqual(heard.filter((said) => said.includes(PASSWORD)), []);
  const { request } = await app.last('RespondToAuthChallenge');
  assert.equal(request.ChallengeName, 'PASSWORD_VERIFIER');
  const { username } = await app.call('getCurrentUser');
  assert.equal(username, (await app.mustHaveTokens()).idClaims.sub);

  await app.mustHaveTokens({ forceRefresh: true });
  await app.call('signOut');
  assert.equal(await app.tokens(), undefined);
});

test('a password signs in at once after the sign-up', async () => {
  const { app, address } = await signedUp(plain);
  const { nextStep } = await confirm(plain, app, address);
  assert.equal(nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN');
  assert.equal((await app.call('autoSignIn')).isSignedIn, true);
  assert.deepEqual((await app.mustHaveTokens()).idClaims.amr, ['pwd']);
});

test('who has not confirmed the address is told so, with the right password', async () => {
  const { app, address } = await signedUp(plain);
  await assert.rejects(app.call('signIn', { username: address, password: OTHER }), INCORRECT);
  const { nextStep } = await app.call('signIn', { username: address, password: PASSWORD });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_UP');
});

test('a password is sent by the flow that sends it', async () => {
  const { app, address } = await member(passwordless);
  await signIn(app, address, PASSWORD, { authFlowType: 'USER_PASSWORD_AUTH' });
  const { request } = await app.last('InitiateAuth');
  assert.deepEqual({ flow: request.AuthFlow, password: request.AuthParameters.PASSWORD }, { flow: 'USER_PASSWORD_AUTH', password: PASSWORD });
});

for (const challenge of ['PASSWORD', 'PASSWORD_SRP']) {
  test(`a password is preferred among the ways of USER_AUTH: ${challenge}`, async () => {
    const { app, address } = await member(passwordless);
    await signIn(app, address, PASSWORD, { authFlowType: 'USER_AUTH', preferredChallenge: challenge });
  });

  test(`a password is chosen among the ways of USER_AUTH: ${challenge}`, async () => {
    const { app, address } = await member(passwordless);
    const first = await app.call('signIn', { username: address, options: { authFlowType: 'USER_AUTH' } });
    assert.deepEqual(first.nextStep.availableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP']);
    const chosen = await app.call('confirmSignIn', { challengeResponse: challenge });
    assert.equal(chosen.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_PASSWORD');
    const done = await app.call('confirmSignIn', { challengeResponse: PASSWORD });
    assert.deepEqual({ isSignedIn: done.isSignedIn, step: done.nextStep.signInStep }, { isSignedIn: true, step: 'DONE' });
  });
}

test('somebody who forgot the password sets another', async () => {
  const { app, address } = await member(plain);
  const { nextStep } = await app.call('resetPassword', { username: address });
  assert.equal(nextStep.resetPasswordStep, 'CONFIRM_RESET_PASSWORD_WITH_CODE');
  const { deliveryMedium, destination } = nextStep.codeDeliveryDetails;
  assert.deepEqual({ deliveryMedium, destination }, { deliveryMedium: 'EMAIL', destination: 'p***@e***' });

  const confirmationCode = await plain.pool.inbox.code(address);
  assert.match(confirmationCode, /^\d{6}$/);
  const wrong = confirmationCode === '000000' ? '000001' : '000000';
  const confirmation = { username: address, confirmationCode, newPassword: OTHER };
  await assert.rejects(app.call('confirmResetPassword', { ...confirmation, confirmationCode: wrong }), { name: 'CodeMismatchException' });
  await app.call('confirmResetPassword', confirmation);
  await assert.rejects(app.call('signIn', { username: address, password: PASSWORD }), INCORRECT);
  await signIn(app, address, OTHER);
});

test('somebody changes the password', async () => {
  const { app, address } = await member(plain);
  await signIn(app, address, PASSWORD);
  await assert.rejects(app.call('updatePassword', { oldPassword: OTHER, newPassword: OTHER }), INCORRECT);
  await assert.rejects(app.call('updatePassword', { oldPassword: PASSWORD, newPassword: 'weak' }), { name: 'InvalidPasswordException' });
  await app.call('updatePassword', { oldPassword: PASSWORD, newPassword: OTHER });
  await app.call('signOut');
  await signIn(app, address, OTHER);
});

test('somebody who had none sets the first password', async () => {
  const { app, address } = await passwordless.signedUp();
  // Amplify always sends an old one.
  await app.call('updatePassword', { oldPassword: 'there-is-none', newPassword: PASSWORD });
  await app.call('signOut');
  await signIn(app, address, PASSWORD);
});

test('a password is as the pool wants it', async () => {
  const { app, address } = await plain.newcomer();
  const options = { userAttributes: { email: address } };
  for (const [password, message] of [
    ['Sh0r-t', 'Password did not conform with policy: Password not long enough'],
    ['correct-h0rse', 'Password did not conform with policy: Password must have uppercase characters'],
    ['Correct-horse', 'Password did not conform with policy: Password must have numeric characters'],
    ['Correcth0rse', 'Password did not conform with policy: Password must have symbol characters'],
  ]) {
    await assert.rejects(app.call('signUp', { username: address, password, options }), { name: 'InvalidPasswordException', message });
  }
});

test('who guesses is locked out, be the name somebody or nobody', async () => {
  const { app, address } = await member(plain);
  for (const username of [address, plain.newAddress()]) {
    const guess = () => app.call('signIn', { username, password: OTHER }).catch(({ name, message }) => ({ name, message }));
    const free = [];
    for (let guesses = 0; guesses < 5; guesses += 1) free.push(await guess());
    assert.deepEqual(free, Array(5).fill(INCORRECT));
    // The first wait is a second, which a slow machine may sleep through; each is twice as long as the one before.
    let next = INCORRECT;
    for (let guesses = 0; guesses < 7 && next.message === INCORRECT.message; guesses += 1) next = await guess();
    assert.deepEqual(next, { name: 'NotAuthorizedException', message: 'Password attempts exceeded' });
  }
});

test('somebody with a password deletes the account', async () => {
  const { app, address } = await member(plain);
  await signIn(app, address, PASSWORD);
  await app.call('deleteUser');
  assert.equal(await app.tokens(), undefined);
  await assert.rejects(app.call('signIn', { username: address, password: PASSWORD }), INCORRECT);
});
