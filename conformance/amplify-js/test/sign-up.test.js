import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage, signInByMail, signUp } from '../harness/stage.js';

const stage = await setStage();

test('somebody signs up without a password, types the code, and is signed in', async () => {
  const { address, app } = await stage.newcomer();

  const signedUp = await signUp(app, address);
  assert.equal(signedUp.isSignUpComplete, false);
  assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
  const { deliveryMedium, attributeName, destination } = signedUp.nextStep.codeDeliveryDetails;
  assert.deepEqual({ deliveryMedium, attributeName, destination }, { deliveryMedium: 'EMAIL', attributeName: 'email', destination: 'p***@e***' });
  assert.equal((await app.last('SignUp')).request.Password, undefined);

  const message = await stage.pool.inbox.next(address);
  assert.match(message.code, /^\d{6}$/);
  assert.equal(message.channel, 'email');
  assert.equal(message.to, address);
  assert.ok(message.text.includes(message.code), 'the mail should say the code');
  assert.ok(message.subject.length > 0, 'the mail should have a subject');
  assert.ok(Math.abs(Date.now() - Date.parse(message.sent_at)) < 60_000, `sent_at should be now, got ${message.sent_at}`);

  const confirmed = await app.call('confirmSignUp', { username: address, confirmationCode: message.code });
  assert.deepEqual(
    { isSignUpComplete: confirmed.isSignUpComplete, signUpStep: confirmed.nextStep.signUpStep },
    { isSignUpComplete: true, signUpStep: 'COMPLETE_AUTO_SIGN_IN' },
  );

  const signedIn = await app.call('autoSignIn');
  assert.deepEqual({ isSignedIn: signedIn.isSignedIn, step: signedIn.nextStep.signInStep }, { isSignedIn: true, step: 'DONE' });
  assert.equal((await app.last('InitiateAuth')).request.Session, (await app.last('ConfirmSignUp')).response.Session);

  const { idClaims, accessClaims } = await app.mustHaveTokens();
  assert.equal(idClaims.sub, signedUp.userId);
  assert.equal(accessClaims.sub, signedUp.userId);
  const attributes = await app.call('fetchUserAttributes');
  assert.deepEqual(attributes, { sub: signedUp.userId, email: address, email_verified: 'true' });
  const user = await app.call('getCurrentUser');
  assert.equal(user.userId, signedUp.userId);
});

test('a wrong code at the end of a sign-up does not lose the way to sign in', async () => {
  const { address, app } = await stage.newcomer();
  await signUp(app, address);
  const code = await stage.pool.inbox.code(address);

  await assert.rejects(app.call('confirmSignUp', { username: address, confirmationCode: otherThan(code) }), {
    name: 'CodeMismatchException',
    message: 'Invalid verification code provided, please try again.',
  });
  const confirmed = await app.call('confirmSignUp', { username: address, confirmationCode: code });
  assert.equal(confirmed.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN');
  assert.equal((await app.call('autoSignIn')).isSignedIn, true);
});

test('the code of a sign-up can be asked for again', async () => {
  const { address, app } = await stage.newcomer();
  await signUp(app, address);
  await stage.pool.inbox.next(address);

  const { destination, deliveryMedium, attributeName } = await app.call('resendSignUpCode', { username: address });
  assert.deepEqual({ destination, deliveryMedium, attributeName }, { destination: 'p***@e***', deliveryMedium: 'EMAIL', attributeName: 'email' });
  await stage.mailSettled();
  const [newest] = await stage.pool.inbox.messages(address);
  const confirmed = await app.call('confirmSignUp', { username: address, confirmationCode: newest?.code });
  assert.equal(confirmed.isSignUpComplete, true);
});

test('an address signs up once, however it is spelt', async () => {
  const { address, app } = await stage.signedUp();
  for (const again of [address, address.toUpperCase()]) {
    await assert.rejects(signUp(await stage.openApp(), again), { name: 'UsernameExistsException' });
  }
  // The Authenticator compares this sentence to the letter.
  await assert.rejects(app.call('resendSignUpCode', { username: address }), {
    name: 'InvalidParameterException',
    message: 'User is already confirmed.',
  });
});

test('what is no address does not sign up', async () => {
  const app = await stage.openApp();
  for (const wrong of ['nobody', 'no body@example.com', 'nobody@', '@example.com']) {
    await assert.rejects(signUp(app, wrong), { name: 'InvalidParameterException' }, wrong);
  }
});

test('somebody who never typed the code signs in, and is confirmed, by another', async () => {
  const { address, app } = await stage.newcomer();
  await signUp(app, address);
  await stage.pool.inbox.code(address); // never typed

  const late = await stage.openApp();
  const { nextStep } = await signInByMail(late, address);
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  await late.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(address) });
  assert.equal((await late.mustHaveTokens()).idClaims.email_verified, true);
});

/** A code of the same length that is not this one. @param {string} code */
function otherThan(code) {
  return code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
}
