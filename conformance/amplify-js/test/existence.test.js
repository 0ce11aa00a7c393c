// Nobody learns from the pool who has an account: it answers for an address that it never saw as it does for a member's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage, signInByMail } from '../harness/stage.js';

const stage = await setStage();
const MASKED = /^\w\*\*\*@\w\*\*\*$/;

test('a sign-in by e-mail begins alike', async () => {
  const member = await stage.member();
  const known = await firstAnswer(member.app, member.address);
  const { unknown } = await strangerLike(known);

  assert.ok(known && unknown);
  assert.deepEqual(shape(unknown), shape(known));
  assert.equal(unknown.response.ChallengeName, 'EMAIL_OTP');
  assert.deepEqual(unknown.response.AvailableChallenges, known.response.AvailableChallenges);
  for (const { response } of [known, unknown]) {
    assert.equal(response.ChallengeParameters.CODE_DELIVERY_DELIVERY_MEDIUM, 'EMAIL');
    assert.match(response.ChallengeParameters.CODE_DELIVERY_DESTINATION, MASKED);
  }
});

test('a sign-in without a preference begins alike', async () => {
  const member = await stage.member();
  const { stranger } = await strangerLike(await firstAnswer(member.app, member.address));
  const answers = [];
  for (const { app, address } of [member, stranger]) {
    await app.call('signIn', { username: address, options: { authFlowType: 'USER_AUTH' } });
    answers.push(await app.last('InitiateAuth'));
  }
  const [known, unknown] = /** @type {[any, any]} */ (answers);
  assert.deepEqual(shape(unknown), shape(known));
  assert.deepEqual({ ...unknown.response, Session: '' }, { ...known.response, Session: '' });

  for (const { app } of [member, stranger]) {
    const { nextStep } = await app.call('confirmSignIn', { challengeResponse: 'EMAIL_OTP' });
    assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  }
  assert.deepEqual(
    shape(await stranger.app.last('RespondToAuthChallenge')),
    shape(await member.app.last('RespondToAuthChallenge')),
  );
});

test('a code is as wrong for a stranger as for a member', async () => {
  const member = await stage.member();
  const stranger = await stage.newcomer();
  const answers = [];
  for (const { app, address } of [member, stranger]) {
    await signInByMail(app, address);
    // One of a hundred million, so wrong.
    await assert.rejects(app.call('confirmSignIn', { challengeResponse: '00000000' }), { name: 'CodeMismatchException' });
    answers.push(await app.last('RespondToAuthChallenge'));
  }
  const [known, unknown] = /** @type {[any, any]} */ (answers);
  assert.deepEqual(unknown.response, known.response);
  assert.deepEqual(shape(unknown), shape(known));
});

test('no mail goes to a stranger', async () => {
  const { app, address } = await stage.newcomer();
  await signInByMail(app, address);
  await app.call('resendSignUpCode', { username: address });
  await stage.mailSettled();
  assert.deepEqual(await stage.pool.inbox.messages(address), []);
});

test('a stranger gets the same answer twice', async () => {
  const { app, address } = await stage.newcomer();
  const first = await firstAnswer(app, address);
  const second = await firstAnswer(app, address);
  assert.deepEqual({ ...second.response, Session: '' }, { ...first.response, Session: '' });
});

test('asking again for a sign-up code says nothing about a stranger', async () => {
  const waiting = await stage.newcomer();
  await waiting.app.call('signUp', { username: waiting.address, options: { userAttributes: { email: waiting.address } } });
  const stranger = await stage.newcomer();
  const [known, unknown] = await Promise.all(
    [waiting, stranger].map(async ({ app, address }) => {
      await app.call('resendSignUpCode', { username: address });
      return app.last('ResendConfirmationCode');
    }),
  );
  assert.deepEqual(unknown?.response, known?.response);
});

/**
 * @param {import('../harness/app.js').App} app
 * @param {string} address
 */
async function firstAnswer(app, address) {
  await signInByMail(app, address);
  return app.last('InitiateAuth');
}

/**
 * Some members have a password and some have none, and so it seems of strangers: one with the ways of this member.
 * @param {import('../harness/app.js').Exchange | undefined} known
 */
async function strangerLike(known) {
  const ways = JSON.stringify(known?.response.AvailableChallenges);
  for (let tries = 0; tries < 16; tries += 1) {
    const stranger = await stage.newcomer();
    const unknown = await firstAnswer(stranger.app, stranger.address);
    if (JSON.stringify(unknown?.response.AvailableChallenges) === ways) return { stranger, unknown };
  }
  return assert.fail(`none of 16 strangers has ${ways}`);
}

/** All of an answer that a stranger's should share with a member's. @param {import('../harness/app.js').Exchange | undefined} exchange */
function shape(exchange) {
  const { status, headers, response } = /** @type {import('../harness/app.js').Exchange} */ (exchange);
  return {
    status,
    headers: Object.keys(headers).sort(),
    keys: Object.keys(response).sort(),
    challenge: response.ChallengeName,
    parameters: Object.keys(response.ChallengeParameters ?? {}).sort(),
    sessionLength: response.Session?.length,
  };
}
