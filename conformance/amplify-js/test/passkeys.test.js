import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { App } from '../harness/app.js';
import { plugIn } from '../harness/device.js';
import { serveSite } from '../harness/site.js';
import { setStage, signUp } from '../harness/stage.js';

const stage = await setStage('{ email: { otpLogin: true }, webAuthn: true }');
const site = await serveSite();
after(() => site.close());

/** Passkeys are bound to a name: the page is opened by it, on the port of its own. */
const page = site.url.replace('127.0.0.1', 'localhost');

/** `options` of sign-in with a passkey. */
const WITH_PASSKEY = { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' };

/** Somebody new, signed in, in a browser with a device. */
async function personWithDevice({ on = stage, at = page, options = {} } = {}) {
  const app = new App(await on.openPage(at), on.pool.outputs);
  await app.configure();
  const address = on.newAddress();
  await signUp(app, address);
  await app.call('confirmSignUp', { username: address, confirmationCode: await on.pool.inbox.code(address) });
  await app.call('autoSignIn');
  return { address, app, device: await plugIn(app.page, options) };
}

test('somebody adds a passkey, sees it, signs in with it, and gives it up', async () => {
  const { address, app } = await personWithDevice();
  await app.call('associateWebAuthnCredential');
  const { credentials } = await app.call('listWebAuthnCredentials');
  assert.equal(credentials.length, 1);
  const { relyingPartyId, authenticatorAttachment, friendlyCredentialName, credentialId } = credentials[0];
  assert.deepEqual({ relyingPartyId, authenticatorAttachment }, { relyingPartyId: 'localhost', authenticatorAttachment: 'platform' });
  assert.ok(friendlyCredentialName);

  await app.call('signOut');
  const { isSignedIn } = await app.call('signIn', { username: address, options: WITH_PASSKEY });
  assert.equal(isSignedIn, true);
  const { idClaims } = await app.mustHaveTokens();
  assert.deepEqual({ email: idClaims.email, amr: idClaims.amr }, { email: address, amr: ['swk'] });

  await app.call('deleteWebAuthnCredential', { credentialId });
  assert.deepEqual((await app.call('listWebAuthnCredentials')).credentials, []);
  await app.call('signOut');
  const { nextStep } = await app.call('signIn', { username: address, options: WITH_PASSKEY });
  assert.deepEqual(nextStep.availableChallenges, ['EMAIL_OTP']);
});

test('a passkey is chosen among the ways', async () => {
  const { address, app } = await personWithDevice();
  await app.call('associateWebAuthnCredential');
  await app.call('signOut');
  const { nextStep } = await app.call('signIn', { username: address, options: { authFlowType: 'USER_AUTH' } });
  assert.deepEqual(nextStep.availableChallenges, ['EMAIL_OTP', 'WEB_AUTHN']);
  const done = await app.call('confirmSignIn', { challengeResponse: 'WEB_AUTHN' });
  assert.equal(done.isSignedIn, true);
  assert.equal((await app.mustHaveTokens()).idClaims.email, address);
});

test('nobody has to type a name', async () => {
  const { address, app } = await personWithDevice();
  await app.call('associateWebAuthnCredential');
  await app.call('signOut');
  const { isSignedIn } = await app.call('signIn', { username: '~passkey', options: WITH_PASSKEY });
  assert.equal(isSignedIn, true);
  assert.equal((await app.mustHaveTokens()).idClaims.email, address);
  assert.equal((await app.call('getCurrentUser')).userId, (await app.mustHaveTokens()).idClaims.sub);
});

test('the dialog is cancelled, and a code by e-mail signs in', async () => {
  const { address, app, device } = await personWithDevice();
  await app.call('associateWebAuthnCredential');
  await app.call('signOut');
  // An authenticator without the passkey ends the dialog as a person does who closes it.
  await device.exchange({});
  await assert.rejects(app.call('signIn', { username: address, options: WITH_PASSKEY }), { name: 'PasskeyAuthenticationCanceled' });
  await app.call('confirmSignIn', { challengeResponse: 'EMAIL_OTP' });
  const { request } = await app.last('RespondToAuthChallenge');
  assert.equal(request.ChallengeName, 'SELECT_CHALLENGE');
  const done = await app.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(address) });
  assert.equal(done.isSignedIn, true);
});

test('the browser refuses to enrol an authenticator twice, and takes a second one', async () => {
  const { address, app, device } = await personWithDevice();
  await app.call('associateWebAuthnCredential');
  await assert.rejects(app.call('associateWebAuthnCredential'), { name: 'PasskeyAlreadyExists' });
  await device.exchange({ transport: 'usb' });
  await app.call('associateWebAuthnCredential');
  const { credentials } = await app.call('listWebAuthnCredentials');
  assert.equal(credentials.length, 2);
  await app.call('signOut');
  await app.call('signIn', { username: address, options: WITH_PASSKEY });
  assert.deepEqual((await app.mustHaveTokens()).idClaims.amr, ['hwk']);
});

test('a pool may require that the authenticator knows its owner', async () => {
  const strict = await setStage("{ email: { otpLogin: true }, webAuthn: { relyingPartyId: 'localhost', userVerification: 'required' } }");
  const options = { hasUserVerification: false, isUserVerified: false };
  const { address, app, device } = await personWithDevice({ on: strict, options });
  await assert.rejects(app.call('associateWebAuthnCredential'), { name: 'PasskeyRegistrationCanceled' });
  assert.deepEqual((await app.call('listWebAuthnCredentials')).credentials, []);
  await device.exchange({});
  await app.call('associateWebAuthnCredential');
  await app.call('signOut');
  await app.call('signIn', { username: address, options: WITH_PASSKEY });
  assert.equal((await app.mustHaveTokens()).idClaims.email, address);
});

test('a page on a foreign origin gets no passkey', async () => {
  const { app } = await personWithDevice({ at: site.url });
  await assert.rejects(app.call('associateWebAuthnCredential'), { name: 'RelyingPartyMismatch' });
  assert.deepEqual((await app.call('listWebAuthnCredentials')).credentials, []);
});
