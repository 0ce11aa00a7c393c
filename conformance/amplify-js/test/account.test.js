import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage, signInByMail } from '../harness/stage.js';

const stage = await setStage();

test('somebody gives a name, changes it, and takes it away', async () => {
  const { app } = await stage.signedUp();
  for (const name of ['Ada', 'Ada Lovelace']) {
    const updated = await app.call('updateUserAttributes', { userAttributes: { name } });
    assert.deepEqual(updated.name, { isUpdated: true, nextStep: { updateAttributeStep: 'DONE' } });
    assert.equal((await app.call('fetchUserAttributes')).name, name);
  }
  assert.equal((await app.mustHaveTokens({ forceRefresh: true })).idClaims.name, 'Ada Lovelace');

  await app.call('deleteUserAttributes', { userAttributeKeys: ['name'] });
  assert.equal((await app.call('fetchUserAttributes')).name, undefined);
});

test('somebody moves to another address, and signs in with it', async () => {
  const { app, address } = await stage.signedUp();
  const moved = stage.newAddress('moved');
  const updated = await app.call('updateUserAttributes', { userAttributes: { email: moved } });
  assert.equal(updated.email.nextStep.updateAttributeStep, 'CONFIRM_ATTRIBUTE_WITH_CODE');
  assert.equal(updated.email.nextStep.codeDeliveryDetails.destination, 'm***@e***');
  assert.equal((await app.call('fetchUserAttributes')).email, address, 'the old address stays until the new one is verified');

  const code = await stage.pool.inbox.code(moved);
  assert.match(code, /^\d{6}$/);
  await app.call('confirmUserAttribute', { userAttributeKey: 'email', confirmationCode: code });
  const { email, email_verified } = await app.call('fetchUserAttributes');
  assert.deepEqual({ email, email_verified }, { email: moved, email_verified: 'true' });

  await app.call('signOut');
  await signInByMail(app, moved);
  await app.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(moved) });
  assert.equal((await app.mustHaveTokens()).idClaims.email, moved);
});

test('a code to verify an address can be asked for', async () => {
  const { app, address } = await stage.signedUp();
  const { destination, deliveryMedium, attributeName } = await app.call('sendUserAttributeVerificationCode', { userAttributeKey: 'email' });
  assert.deepEqual({ destination, deliveryMedium, attributeName }, { destination: 'p***@e***', deliveryMedium: 'EMAIL', attributeName: 'email' });
  const code = await stage.pool.inbox.code(address);
  await assert.rejects(
    app.call('confirmUserAttribute', { userAttributeKey: 'email', confirmationCode: code === '000000' ? '000001' : '000000' }),
    { name: 'CodeMismatchException' },
  );
  await app.call('confirmUserAttribute', { userAttributeKey: 'email', confirmationCode: code });
});

test('somebody deletes the account, and the address is free again', async () => {
  const { app, address } = await stage.signedUp();
  const { access, idClaims } = await app.mustHaveTokens();
  await app.call('deleteUser');
  assert.equal(await app.tokens(), undefined);
  assert.equal((await stage.pool.call('GetUser', { AccessToken: access })).status, 400);

  const anew = await app.call('signUp', { username: address, options: { userAttributes: { email: address } } });
  assert.notEqual(anew.userId, idClaims.sub);
});
