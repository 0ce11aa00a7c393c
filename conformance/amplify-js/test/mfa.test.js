// Second factors: authenticator apps, texts and mails, chosen, preferred, and set up in the middle of a sign-in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from '../harness/stage.js';
import { AuthenticatorApp } from '../harness/totp.js';

/** @typedef {import('../harness/stage.js').Stage} Stage */
/** @typedef {import('../harness/app.js').App} App */

const FROM = "senders: { email: { fromEmail: 'pool@example.com' } }";
const NUMBERS = 'userAttributes: { phoneNumber: { required: false, mutable: true } }';
const optional = await setStage('{ email: { otpLogin: true } }', `multifactor: { mode: 'OPTIONAL', sms: true, totp: true, email: true }, ${FROM}, ${NUMBERS}`);
const required = await setStage('{ email: true }', "multifactor: { mode: 'REQUIRED', totp: true }");
// People whom neither an app nor an address is known of can choose what to set up.
const undecided = await setStage(
  '{ phone: true }',
  `multifactor: { mode: 'REQUIRED', sms: true, totp: true, email: true }, ${FROM}`,
  "pool.enabledMfas = ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'];",
);

const password = 'Correct-h0rse';

/** Somebody who has signed up with a password, and is signed out. @param {Stage} stage @param {'email' | 'phone_number'} [by] */
async function member(stage, by = 'email') {
  const app = await stage.openApp();
  const username = by === 'email' ? stage.newAddress() : stage.newNumber();
  await app.call('signUp', { username, password, options: { userAttributes: { [by]: username } } });
  await app.call('confirmSignUp', { username, confirmationCode: await stage.pool.inbox.code(username) });
  return { app, username, stage };
}

/** The same, and signed in with the password. */
async function signedIn() {
  const person = await member(optional);
  assert.equal((await person.app.call('signIn', { username: person.username, password })).isSignedIn, true);
  return person;
}

/** Gives somebody who is signed in a number that was proved. @param {App} app */
async function addNumber(app) {
  const number = optional.newNumber();
  await app.call('updateUserAttributes', { userAttributes: { phone_number: number } });
  await app.call('sendUserAttributeVerificationCode', { userAttributeKey: 'phone_number' });
  const confirmationCode = await optional.pool.inbox.code(number);
  await app.call('confirmUserAttribute', { userAttributeKey: 'phone_number', confirmationCode });
  return number;
}

/** Sets up an app; its code of the step before is used up by that, so that of now is good still. @param {App} app */
async function addApp(app) {
  const { sharedSecret } = await app.call('setUpTOTP');
  const authenticator = new AuthenticatorApp(sharedSecret);
  await app.call('verifyTOTPSetup', { code: authenticator.code(-1), options: { friendlyDeviceName: 'phone' } });
  return authenticator;
}

const NOTHING = { preferred: undefined, enabled: undefined };

/** What somebody who is signed in is asked for. @param {App} app */
async function preference(app) {
  const { preferred, enabled } = await app.call('fetchMFAPreference');
  return { preferred, enabled };
}

/** Begins to sign in, and says what is next. @param {App} app @param {string} username @param {string} [authFlowType] */
async function begin(app, username, authFlowType) {
  const { nextStep } = await app.call('signIn', { username, password, ...(authFlowType && { options: { authFlowType } }) });
  return nextStep;
}

/** Ends a sign-in, and says by what it was proved. @param {App} app @param {string} challengeResponse */
async function end(app, challengeResponse) {
  const { isSignedIn, nextStep } = await app.call('confirmSignIn', { challengeResponse });
  assert.deepEqual({ isSignedIn, step: nextStep.signInStep }, { isSignedIn: true, step: 'DONE' });
  const { idClaims, accessClaims } = await app.mustHaveTokens();
  assert.deepEqual(idClaims.amr, accessClaims.amr);
  return idClaims.amr;
}

test('somebody sets up an authenticator app, and signs in with it by every flow', async () => {
  const { app, username } = await signedIn();
  assert.deepEqual(await preference(app), NOTHING);
  const { sharedSecret } = await app.call('setUpTOTP');
  assert.match(sharedSecret, /^[A-Z2-7]{32}$/);
  const authenticator = new AuthenticatorApp(sharedSecret);
  await assert.rejects(app.call('verifyTOTPSetup', { code: authenticator.code(9) }), { name: 'EnableSoftwareTokenMFAException' });
  await app.call('verifyTOTPSetup', { code: authenticator.code(-1) });
  assert.deepEqual(await preference(app), NOTHING, 'an app that is set up is not asked for until somebody says so');
  await app.call('updateMFAPreference', { totp: 'PREFERRED' });
  assert.deepEqual(await preference(app), { preferred: 'TOTP', enabled: ['TOTP'] });

  await app.call('signOut');
  const next = await begin(app, username);
  assert.equal(next.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  await assert.rejects(app.call('confirmSignIn', { challengeResponse: authenticator.code(9) }), { name: 'CodeMismatchException' });
  assert.deepEqual(await end(app, authenticator.code()), ['pwd', 'otp', 'mfa']);

  await app.call('signOut');
  const choice = await begin(app, username, 'USER_AUTH');
  assert.deepEqual(choice.availableChallenges, ['PASSWORD_SRP', 'PASSWORD'], 'no codes for those who want two factors');
  const chosen = await app.call('confirmSignIn', { challengeResponse: 'PASSWORD' });
  assert.equal(chosen.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_PASSWORD');
  const asked = await app.call('confirmSignIn', { challengeResponse: password });
  assert.equal(asked.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  await assert.rejects(app.call('confirmSignIn', { challengeResponse: authenticator.code(-1) }), { name: 'ExpiredCodeException' }, 'a code is used once');
  assert.deepEqual(await end(app, authenticator.code(1)), ['pwd', 'otp', 'mfa']);
});

test('somebody is asked for a text', async () => {
  const { app, username } = await signedIn();
  const number = await addNumber(app);
  await app.call('updateMFAPreference', { sms: 'PREFERRED' });
  assert.deepEqual(await preference(app), { preferred: 'SMS', enabled: ['SMS'] });
  await app.call('signOut');
  const next = await begin(app, username);
  assert.equal(next.signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
  const { deliveryMedium, destination } = next.codeDeliveryDetails;
  assert.deepEqual({ deliveryMedium, destination }, { deliveryMedium: 'SMS', destination: `+*******${number.slice(-4)}` });
  const code = await optional.pool.inbox.code(number);
  assert.match(code, /^\d{6}$/);
  const wrong = code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
  await assert.rejects(app.call('confirmSignIn', { challengeResponse: wrong }), { name: 'CodeMismatchException' });
  assert.deepEqual(await end(app, code), ['pwd', 'sms', 'mfa']);
});

test('somebody is asked for a mail', async () => {
  const { app, username } = await signedIn();
  await app.call('updateMFAPreference', { email: 'PREFERRED' });
  assert.deepEqual(await preference(app), { preferred: 'EMAIL', enabled: ['EMAIL'] });
  await app.call('signOut');
  const { signInStep, codeDeliveryDetails } = await begin(app, username);
  assert.equal(signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.equal(codeDeliveryDetails.deliveryMedium, 'EMAIL');
  assert.deepEqual(await end(app, await optional.pool.inbox.code(username)), ['pwd', 'email_otp', 'mfa']);
});

test('somebody chooses among three', async () => {
  const { app, username } = await signedIn();
  const number = await addNumber(app);
  const authenticator = await addApp(app);
  await app.call('updateMFAPreference', { sms: 'ENABLED', totp: 'ENABLED', email: 'ENABLED' });
  assert.deepEqual(await preference(app), { preferred: undefined, enabled: ['SMS', 'TOTP', 'EMAIL'] });

  for (const [choice, step, amr, code] of /** @type {const} */ ([
    ['TOTP', 'CONFIRM_SIGN_IN_WITH_TOTP_CODE', 'otp', async () => authenticator.code()],
    ['SMS', 'CONFIRM_SIGN_IN_WITH_SMS_CODE', 'sms', () => optional.pool.inbox.code(number)],
    ['EMAIL', 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', 'email_otp', () => optional.pool.inbox.code(username)],
  ])) {
    await app.call('signOut');
    const next = await begin(app, username);
    assert.equal(next.signInStep, 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION');
    assert.deepEqual(next.allowedMFATypes, ['SMS', 'TOTP', 'EMAIL']);
    const chosen = await app.call('confirmSignIn', { challengeResponse: choice });
    assert.equal(chosen.nextStep.signInStep, step);
    assert.deepEqual(await end(app, await code()), ['pwd', amr, 'mfa']);
  }
});

test('the name of an app is told, and one is enough when another is preferred', async () => {
  const { app, username } = await signedIn();
  const authenticator = await addApp(app);
  await app.call('updateMFAPreference', { email: 'ENABLED', totp: 'PREFERRED' });
  assert.deepEqual(await preference(app), { preferred: 'TOTP', enabled: ['TOTP', 'EMAIL'] });
  await app.call('signOut');
  assert.equal((await begin(app, username)).signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  const { response } = await app.last('RespondToAuthChallenge');
  assert.equal(response.ChallengeParameters.FRIENDLY_DEVICE_NAME, 'phone');
  await end(app, authenticator.code());

  await app.call('updateMFAPreference', { totp: 'DISABLED', email: 'NOT_PREFERRED' });
  assert.deepEqual(await preference(app), { preferred: undefined, enabled: ['EMAIL'] });
  await app.call('updateMFAPreference', { email: 'DISABLED' });
  assert.deepEqual(await preference(app), NOTHING);
  await app.call('signOut');
  assert.equal((await begin(app, username)).signInStep, 'DONE');
  assert.deepEqual((await app.mustHaveTokens()).idClaims.amr, ['pwd']);
});

test('what is not there cannot be preferred', async () => {
  const { app } = await signedIn();
  for (const wish of [{ totp: 'PREFERRED' }, { sms: 'PREFERRED' }, { sms: 'ENABLED', email: 'PREFERRED' }]) {
    await assert.rejects(app.call('updateMFAPreference', wish), { name: 'InvalidParameterException' });
  }
  assert.deepEqual(await preference(app), NOTHING);
});

test('where everybody is asked, somebody sets up an app in the first sign-in', async () => {
  const { app, username } = await member(required);
  const next = await begin(app, username);
  assert.equal(next.signInStep, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
  const authenticator = new AuthenticatorApp(next.totpSetupDetails.sharedSecret);
  await assert.rejects(app.call('confirmSignIn', { challengeResponse: authenticator.code(9) }), { name: 'EnableSoftwareTokenMFAException' });
  assert.deepEqual(await end(app, authenticator.code(-1)), ['pwd', 'otp', 'mfa']);
  assert.deepEqual(await preference(app), { preferred: 'TOTP', enabled: ['TOTP'] });
  await assert.rejects(app.call('updateMFAPreference', { totp: 'DISABLED' }), { name: 'InvalidParameterException' });

  await app.call('signOut');
  assert.equal((await begin(app, username)).signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  assert.deepEqual(await end(app, authenticator.code()), ['pwd', 'otp', 'mfa']);
});

test('where everybody is asked, somebody chooses to set up an app', async () => {
  const { app, username } = await member(undecided, 'phone_number');
  const next = await begin(app, username);
  assert.equal(next.signInStep, 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION');
  assert.deepEqual(next.allowedMFATypes, ['TOTP', 'EMAIL']);
  const { nextStep } = await app.call('confirmSignIn', { challengeResponse: 'TOTP' });
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
  const authenticator = new AuthenticatorApp(nextStep.totpSetupDetails.sharedSecret);
  assert.deepEqual(await end(app, authenticator.code()), ['pwd', 'otp', 'mfa']);
});

test('where everybody is asked, somebody chooses to set up an address', async () => {
  const { app, username } = await member(undecided, 'phone_number');
  await begin(app, username);
  const chosen = await app.call('confirmSignIn', { challengeResponse: 'EMAIL' });
  assert.equal(chosen.nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP');
  const address = undecided.newAddress();
  const { nextStep } = await app.call('confirmSignIn', { challengeResponse: address });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.deepEqual(await end(app, await undecided.pool.inbox.code(address)), ['pwd', 'email_otp', 'mfa']);
  const { email, email_verified } = await app.call('fetchUserAttributes');
  assert.deepEqual({ email, email_verified }, { email: address, email_verified: 'true' });

  await app.call('signOut');
  assert.equal((await begin(app, username)).signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.deepEqual(await end(app, await undecided.pool.inbox.code(address)), ['pwd', 'email_otp', 'mfa']);
});

test('a forgotten password is reset by mail, and the app is asked for still', async () => {
  const { app, username } = await signedIn();
  const authenticator = await addApp(app);
  await app.call('updateMFAPreference', { totp: 'PREFERRED' });
  await app.call('signOut');
  const { nextStep } = await app.call('resetPassword', { username });
  assert.equal(nextStep.codeDeliveryDetails.deliveryMedium, 'EMAIL');
  const newPassword = 'Battery-5taple';
  await app.call('confirmResetPassword', { username, newPassword, confirmationCode: await optional.pool.inbox.code(username) });
  const next = await app.call('signIn', { username, password: newPassword });
  assert.equal(next.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  assert.deepEqual(await end(app, authenticator.code()), ['pwd', 'otp', 'mfa']);
});
