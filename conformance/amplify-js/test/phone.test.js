// Codes by text message, alone, beside codes by e-mail, and beside passkeys.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { App } from '../harness/app.js';
import { plugIn } from '../harness/device.js';
import { serveSite } from '../harness/site.js';
import { setStage } from '../harness/stage.js';

const byPhone = await setStage('{ phone: { otpLogin: true } }');
const byBoth = await setStage('{ email: { otpLogin: true }, phone: { otpLogin: true }, webAuthn: true }');
const site = await serveSite();
after(() => site.close());

/** Passkeys are bound to a name: the page is opened by it, on the port of its own. */
const page = site.url.replace('127.0.0.1', 'localhost');

const SMS = { deliveryMedium: 'SMS', attributeName: 'phone_number' };

let numbers = 0;

/** A number that nobody had before. */
function newNumber() {
  numbers += 1;
  return `+1206555${String(numbers).padStart(4, '0')}`;
}

/** What is said of where a text to `number` goes. @param {string} number */
function masked(number) {
  return `+*******${number.slice(-4)}`;
}

/**
 * @param {App} app
 * @param {string} username
 * @param {Record<string, string>} userAttributes
 */
function signUp(app, username, userAttributes) {
  return app.call('signUp', { username, options: { userAttributes, autoSignIn: { authFlowType: 'USER_AUTH' } } });
}

/**
 * @param {App} app
 * @param {string} username
 * @param {'EMAIL_OTP' | 'SMS_OTP' | 'WEB_AUTHN'} [preferredChallenge]
 */
function signIn(app, username, preferredChallenge) {
  return app.call('signIn', { username, options: { authFlowType: 'USER_AUTH', ...(preferredChallenge && { preferredChallenge }) } });
}

/** Somebody who has just signed up with a number, and is signed in. */
async function signedUpByPhone() {
  const app = await byPhone.openApp();
  const number = newNumber();
  await signUp(app, number, { phone_number: number });
  await app.call('confirmSignUp', { username: number, confirmationCode: await byPhone.pool.inbox.code(number) });
  await app.call('autoSignIn');
  return { app, number };
}

/** Somebody who has just signed up with an address and gave a number too, signed in, with a device. */
async function signedUpWithBoth() {
  const app = new App(await byBoth.openPage(page), byBoth.pool.outputs);
  await app.configure();
  const [address, number] = [byBoth.newAddress(), newNumber()];
  await signUp(app, address, { email: address, phone_number: number });
  await app.call('confirmSignUp', { username: address, confirmationCode: await byBoth.pool.inbox.code(address) });
  await app.call('autoSignIn');
  return { app, address, number, device: await plugIn(app.page) };
}

test('somebody signs up with a number, types the code of the text, and is signed in', async () => {
  const app = await byPhone.openApp();
  const number = newNumber();
  const { nextStep } = await signUp(app, number, { phone_number: number });
  assert.equal(nextStep.signUpStep, 'CONFIRM_SIGN_UP');
  const { deliveryMedium, attributeName, destination } = nextStep.codeDeliveryDetails;
  assert.deepEqual({ deliveryMedium, attributeName, destination }, { ...SMS, destination: masked(number) });

  const text = await byPhone.pool.inbox.next(number);
  assert.deepEqual({ channel: text.channel, to: text.to, subject: text.subject }, { channel: 'sms', to: number, subject: '' });
  assert.match(text.code, /^\d{6}$/);
  assert.ok(text.text.includes(text.code), 'the text should say the code');

  const confirmed = await app.call('confirmSignUp', { username: number, confirmationCode: text.code });
  assert.equal(confirmed.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN');
  assert.equal((await app.call('autoSignIn')).isSignedIn, true);
  const { idClaims } = await app.mustHaveTokens();
  const { phone_number, phone_number_verified, amr } = idClaims;
  assert.deepEqual({ phone_number, phone_number_verified, amr }, { phone_number: number, phone_number_verified: true, amr: ['sms'] });
});

test('somebody signs in with a code by text message', async () => {
  const { app, number } = await signedUpByPhone();
  await app.call('signOut');
  const { nextStep } = await signIn(app, number, 'SMS_OTP');
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
  const { deliveryMedium, destination } = nextStep.codeDeliveryDetails;
  assert.deepEqual({ deliveryMedium, destination }, { deliveryMedium: 'SMS', destination: masked(number) });

  const code = await byPhone.pool.inbox.code(number);
  assert.match(code, /^\d{8}$/);
  const wrong = code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
  await assert.rejects(app.call('confirmSignIn', { challengeResponse: wrong }), { name: 'CodeMismatchException' });
  const done = await app.call('confirmSignIn', { challengeResponse: code });
  assert.deepEqual({ isSignedIn: done.isSignedIn, step: done.nextStep.signInStep }, { isSignedIn: true, step: 'DONE' });
  assert.equal((await app.mustHaveTokens()).idClaims.phone_number, number);
});

test('the code of a sign-up is texted again', async () => {
  const app = await byPhone.openApp();
  const number = newNumber();
  await signUp(app, number, { phone_number: number });
  const { destination, deliveryMedium, attributeName } = await app.call('resendSignUpCode', { username: number });
  assert.deepEqual({ destination, deliveryMedium, attributeName }, { ...SMS, destination: masked(number) });
});

test('what is no number does not sign up', async () => {
  const app = await byPhone.openApp();
  for (const wrong of ['2065550100', '+1206555', '+999123456789', 'person@example.com']) {
    await assert.rejects(
      signUp(app, wrong, { phone_number: wrong }),
      { name: 'InvalidParameterException', message: 'Invalid phone number format.' },
      wrong,
    );
  }
});

test('a number that nobody has is answered like one that somebody has', async () => {
  const { app, number } = await signedUpByPhone();
  await app.call('signOut');
  const answer = async (/** @type {string} */ username) => {
    await signIn(app, username, 'SMS_OTP');
    const { response } = await app.last('InitiateAuth');
    return { ...response, Session: response.Session.length, ChallengeParameters: Object.keys(response.ChallengeParameters) };
  };
  const known = await answer(number);
  // Some people have a password and some have none, and so it seems of strangers.
  const strangers = Array.from({ length: 16 }, newNumber);
  const answers = [];
  for (const stranger of strangers) answers.push(await answer(stranger));
  const alike = answers.filter(({ AvailableChallenges: ways }) => ways.length === known.AvailableChallenges.length);
  assert.notEqual(alike.length, 0);
  for (const unknown of alike) assert.deepEqual(unknown, known);
  for (const stranger of strangers) assert.deepEqual(await byPhone.pool.inbox.messages(stranger), []);
});

test('somebody changes the number', async () => {
  const { app, number } = await signedUpByPhone();
  const next = newNumber();
  const { phone_number } = await app.call('updateUserAttributes', { userAttributes: { phone_number: next } });
  assert.equal(phone_number.nextStep.updateAttributeStep, 'CONFIRM_ATTRIBUTE_WITH_CODE');
  assert.equal(phone_number.nextStep.codeDeliveryDetails.destination, masked(next));
  assert.equal((await app.call('fetchUserAttributes')).phone_number, number, 'the old one stays until the new one is proved');
  const confirmationCode = await byPhone.pool.inbox.code(next);
  await app.call('confirmUserAttribute', { userAttributeKey: 'phone_number', confirmationCode });
  await app.call('signOut');
  await signIn(app, next, 'SMS_OTP');
  const done = await app.call('confirmSignIn', { challengeResponse: await byPhone.pool.inbox.code(next) });
  assert.equal(done.isSignedIn, true);
});

test('somebody with an address and a number signs in by the one, proves the other, and signs in by that', async () => {
  const { app, address, number } = await signedUpWithBoth();
  const { email_verified, phone_number_verified } = await app.call('fetchUserAttributes');
  assert.deepEqual({ email_verified, phone_number_verified }, { email_verified: 'true', phone_number_verified: 'false' });

  const sent = await app.call('sendUserAttributeVerificationCode', { userAttributeKey: 'phone_number' });
  assert.deepEqual(sent, { ...SMS, destination: masked(number) });
  const confirmationCode = await byBoth.pool.inbox.code(number);
  await app.call('confirmUserAttribute', { userAttributeKey: 'phone_number', confirmationCode });
  const { sub } = (await app.mustHaveTokens()).idClaims;

  for (const [username, way, to] of /** @type {const} */ ([
    [number, 'SMS_OTP', number],
    [address, 'EMAIL_OTP', address],
  ])) {
    await app.call('signOut');
    await signIn(app, username, way);
    await app.call('confirmSignIn', { challengeResponse: await byBoth.pool.inbox.code(to) });
    assert.equal((await app.mustHaveTokens()).idClaims.sub, sub);
  }
});

test('somebody signs up with a number where both are asked for, and the code goes there', async () => {
  const app = await byBoth.openApp();
  const [address, number] = [byBoth.newAddress(), newNumber()];
  const { nextStep } = await signUp(app, number, { email: address, phone_number: number });
  assert.equal(nextStep.codeDeliveryDetails.deliveryMedium, 'SMS');
  await app.call('confirmSignUp', { username: number, confirmationCode: await byBoth.pool.inbox.code(number) });
  assert.equal((await app.call('autoSignIn')).isSignedIn, true);
  assert.deepEqual(await byBoth.pool.inbox.messages(address), []);
});

test('one account has all three ways in', async () => {
  const { app, address, number } = await signedUpWithBoth();
  await app.call('associateWebAuthnCredential');
  const { sub } = (await app.mustHaveTokens()).idClaims;

  for (const way of /** @type {const} */ (['EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'])) {
    await app.call('signOut');
    const { nextStep } = await signIn(app, address);
    assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
    assert.deepEqual(nextStep.availableChallenges, ['EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN']);
    const chosen = await app.call('confirmSignIn', { challengeResponse: way });
    if (way !== 'WEB_AUTHN') {
      const to = way === 'SMS_OTP' ? number : address;
      assert.equal(chosen.isSignedIn, false);
      await app.call('confirmSignIn', { challengeResponse: await byBoth.pool.inbox.code(to) });
    }
    const { idClaims } = await app.mustHaveTokens();
    const amr = { EMAIL_OTP: 'email_otp', SMS_OTP: 'sms', WEB_AUTHN: 'swk' }[way];
    assert.deepEqual({ sub: idClaims.sub, amr: idClaims.amr }, { sub, amr: [amr] });
  }
});
