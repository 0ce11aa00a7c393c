// One test after the other on one project: the program stops and starts again between them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage, signInByMail } from '../harness/stage.js';

const stage = await setStage();

test('a restart keeps the pool, its client and its people', async () => {
  const { app, address } = await stage.signedUp();
  const outputs = stage.pool.outputs;
  await stage.restart();
  assert.deepEqual(stage.pool.outputs, outputs);
  assert.equal((await app.mustHaveTokens({ forceRefresh: true })).idClaims.email, address);
});

test('a sign-in goes on after a restart in the middle of it', async () => {
  const { app, address } = await stage.member();
  await signInByMail(app, address);
  const code = await stage.pool.inbox.code(address);
  await stage.restart();
  assert.equal((await app.call('confirmSignIn', { challengeResponse: code })).isSignedIn, true);
});

test('a sign-up goes on after a restart in the middle of it', async () => {
  const { app, address } = await stage.newcomer();
  await app.call('signUp', { username: address, options: { userAttributes: { email: address }, autoSignIn: { authFlowType: 'USER_AUTH' } } });
  const code = await stage.pool.inbox.code(address);
  await stage.restart();
  await app.call('confirmSignUp', { username: address, confirmationCode: code });
  assert.equal((await app.call('autoSignIn')).isSignedIn, true);
});
