// Devices: remembered, listed, forgotten; signing in again on one, and in place of a second factor.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from '../harness/stage.js';
import { AuthenticatorApp } from '../harness/totp.js';

/** @typedef {import('../harness/stage.js').Stage} Stage */
/** @typedef {import('../harness/app.js').App} App */

const PASSWORD = 'Correct-h0rse';

const asking = await setStage('{ email: true }', '', 'pool.deviceConfiguration = { deviceOnlyRememberedOnUserPrompt: true };');
const standingIn = await setStage(
  '{ email: true }',
  "multifactor: { mode: 'OPTIONAL', totp: true }",
  'pool.deviceConfiguration = { challengeRequiredOnNewDevice: true };',
);

/** Somebody who has signed up with a password, and is signed in on a new device. @param {Stage} stage */
async function signedIn(stage) {
  const { app, address } = await stage.newcomer();
  await app.call('signUp', { username: address, password: PASSWORD, options: { userAttributes: { email: address } } });
  await app.call('confirmSignUp', { username: address, confirmationCode: await stage.pool.inbox.code(address) });
  await signIn(app, address);
  return { app, address };
}

/** Signs in, and must get in at once. @param {App} app @param {string} username */
async function signIn(app, username) {
  const { isSignedIn } = await app.call('signIn', { username, password: PASSWORD });
  assert.equal(isSignedIn, true);
}

/** The device that the tokens are of. @param {App} app @returns {Promise<string>} */
async function deviceKey(app) {
  return (await app.mustHaveTokens()).accessClaims.device_key;
}

/** @param {App} app @returns {Promise<string[]>} */
async function devices(app) {
  const listed = await app.call('fetchDevices');
  return listed.map((/** @type {{ id: string }} */ { id }) => id);
}

/** What the app answered last, and what came of it. @param {App} app */
async function lastAnswer(app) {
  const { request, response } = await app.last('RespondToAuthChallenge');
  return { answered: request.ChallengeName, device: request.ChallengeResponses.DEVICE_KEY, response };
}

test('a new device is confirmed, and remembered once somebody says so', async () => {
  const { app } = await signedIn(asking);
  const { request, response } = await app.last('ConfirmDevice');
  assert.deepEqual(response, { UserConfirmationNecessary: true });
  const key = await deviceKey(app);
  assert.equal(request.DeviceKey, key);
  assert.deepEqual(await devices(app), []);

  await app.call('rememberDevice');
  const [device, ...others] = await app.call('fetchDevices');
  assert.deepEqual(others, []);
  assert.equal(device.id, key);
  assert.equal(device.name, request.DeviceName);
  assert.equal(device.attributes.last_ip_used, '127.0.0.1');
  assert.ok(device.createDate <= device.lastModifiedDate);
  await app.mustHaveTokens({ forceRefresh: true });
  assert.equal(await deviceKey(app), key);
});

test('a remembered device proves itself when somebody signs in again', async () => {
  const { app, address } = await signedIn(asking);
  await app.call('rememberDevice');
  const key = await deviceKey(app);
  await app.call('signOut');

  await signIn(app, address);
  const { answered, device, response } = await lastAnswer(app);
  assert.deepEqual({ answered, device }, { answered: 'DEVICE_PASSWORD_VERIFIER', device: key });
  assert.equal(response.AuthenticationResult.NewDeviceMetadata, undefined);
  assert.equal(await deviceKey(app), key);
  await app.mustHaveTokens({ forceRefresh: true });

  await app.call('signOut');
  const other = await asking.openApp();
  await signIn(other, address);
  assert.notEqual(await deviceKey(other), key);
  assert.equal((await lastAnswer(other)).answered, 'PASSWORD_VERIFIER');
});

test('a device that is forgotten is a new one the next time', async () => {
  const { app, address } = await signedIn(asking);
  await app.call('rememberDevice');
  const key = await deviceKey(app);
  await app.call('forgetDevice');
  assert.deepEqual(await devices(app), []);
  await app.call('signOut');

  await signIn(app, address);
  assert.notEqual(await deviceKey(app), key);
});

test('a device that was forgotten from another one signs in all the same, as a new one', async () => {
  const { app, address } = await signedIn(asking);
  await app.call('rememberDevice');
  const key = await deviceKey(app);
  await app.call('signOut');
  const other = await asking.openApp();
  await signIn(other, address);
  await other.call('forgetDevice', { device: { id: key } });

  // Amplify is told that the device does not exist, drops its key, and tries once more.
  await signIn(app, address);
  assert.notEqual(await deviceKey(app), key);
});

test('a remembered device stands in for the second factor where the pool says so', async () => {
  const { app, address } = await signedIn(standingIn);
  const { sharedSecret } = await app.call('setUpTOTP');
  const authenticator = new AuthenticatorApp(sharedSecret);
  await app.call('verifyTOTPSetup', { code: authenticator.code(-1) });
  await app.call('updateMFAPreference', { totp: 'PREFERRED' });
  await app.call('signOut');

  await signIn(app, address);
  assert.equal((await lastAnswer(app)).answered, 'DEVICE_PASSWORD_VERIFIER');
  assert.deepEqual((await app.mustHaveTokens()).idClaims.amr, ['pwd']);

  const other = await standingIn.openApp();
  const { nextStep } = await other.call('signIn', { username: address, password: PASSWORD });
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  const { isSignedIn } = await other.call('confirmSignIn', { challengeResponse: authenticator.code() });
  assert.equal(isSignedIn, true);
  assert.deepEqual((await devices(other)).length, 2);
});
