import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { App } from '../harness/app.js';
import { newProject, startPoolhouse } from '../harness/poolhouse.js';
import { serveSite } from '../harness/site.js';
import { Stage, signUp } from '../harness/stage.js';

/** Serves a pool with e-mail codes and passkeys. @param {string} webAuthn what stands behind `webAuthn:` */
async function setStage(webAuthn) {
  const project = await newProject();
  const definition = `import { defineAuth } from '@aws-amplify/backend';
export const auth = defineAuth({ loginWith: { email: { otpLogin: true }, webAuthn: ${webAuthn} } });
`;
  await writeFile(join(project, 'amplify/auth/resource.ts'), definition);
  const stage = new Stage(project, await startPoolhouse(project));
  after(() => stage.clear());
  return stage;
}

const stage = await setStage('true');
const site = await serveSite();
after(() => site.close());

/** Passkeys are bound to a name: the page is opened by it, on the port of its own. */
const page = site.url.replace('127.0.0.1', 'localhost');

/** `options` of sign-in with a passkey. */
const WITH_PASSKEY = { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' };

/**
 * What Chromium's virtual authenticators are told to be, if nothing else: a phone or laptop whose owner always says yes.
 * @type {{ protocol: 'ctap2', transport: 'internal' | 'usb', hasResidentKey: boolean, hasUserVerification: boolean, isUserVerified: boolean, automaticPresenceSimulation: boolean }}
 */
const OWN_DEVICE = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

/** Somebody new, signed in, in a browser with an authenticator. */
async function personWithAuthenticator({ on = stage, at = page, authenticator = OWN_DEVICE } = {}) {
  const app = new App(await on.openPage(at), on.pool.outputs);
  await app.configure();
  const address = on.newAddress();
  await signUp(app, address);
  await app.call('confirmSignUp', { username: address, confirmationCode: await on.pool.inbox.code(address) });
  await app.call('autoSignIn');

  const browser = await app.page.context().newCDPSession(app.page);
  await browser.send('WebAuthn.enable');
  let plugged = await browser.send('WebAuthn.addVirtualAuthenticator', { options: authenticator });
  /** Takes the authenticator away and puts another in its place. @param {Partial<typeof OWN_DEVICE>} options */
  const exchange = async (options) => {
    await browser.send('WebAuthn.removeVirtualAuthenticator', plugged);
    plugged = await browser.send('WebAuthn.addVirtualAuthenticator', { options: { ...OWN_DEVICE, ...options } });
  };
  return { address, app, exchange };
}

test('somebody adds a passkey, sees it, signs in with it, and gives it up', async () => {
  const { address, app } = await personWithAuthenticator();
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
  const { address, app } = await personWithAuthenticator();
  await app.call('associateWebAuthnCredential');
  await app.call('signOut');
  const { nextStep } = await app.call('signIn', { username: address, options: { authFlowType: 'USER_AUTH' } });
  assert.deepEqual(nextStep.availableChallenges, ['EMAIL_OTP', 'WEB_AUTHN']);
  const done = await app.call('confirmSignIn', { challengeResponse: 'WEB_AUTHN' });
  assert.equal(done.isSignedIn, true);
  assert.equal((await app.mustHaveTokens()).idClaims.email, address);
});

test('nobody has to type a name', async () => {
  const { address, app } = await personWithAuthenticator();
  await app.call('associateWebAuthnCredential');
  await app.call('signOut');
  const { isSignedIn } = await app.call('signIn', { username: '~passkey', options: WITH_PASSKEY });
  assert.equal(isSignedIn, true);
  assert.equal((await app.mustHaveTokens()).idClaims.email, address);
  assert.equal((await app.call('getCurrentUser')).userId, (await app.mustHaveTokens()).idClaims.sub);
});

test('the dialog is cancelled, and a code by e-mail signs in', async () => {
  const { address, app, exchange } = await personWithAuthenticator();
  await app.call('associateWebAuthnCredential');
  await app.call('signOut');
  // An authenticator without the passkey ends the dialog as a person does who closes it.
  await exchange({});
  await assert.rejects(app.call('signIn', { username: address, options: WITH_PASSKEY }), { name: 'PasskeyAuthenticationCanceled' });
  await app.call('confirmSignIn', { challengeResponse: 'EMAIL_OTP' });
  const { request } = await app.last('RespondToAuthChallenge');
  assert.equal(request.ChallengeName, 'SELECT_CHALLENGE');
  const done = await app.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(address) });
  assert.equal(done.isSignedIn, true);
});

test('the browser refuses to enrol an authenticator twice, and takes a second one', async () => {
  const { address, app, exchange } = await personWithAuthenticator();
  await app.call('associateWebAuthnCredential');
  await assert.rejects(app.call('associateWebAuthnCredential'), { name: 'PasskeyAlreadyExists' });
  await exchange({ transport: 'usb' });
  await app.call('associateWebAuthnCredential');
  const { credentials } = await app.call('listWebAuthnCredentials');
  assert.equal(credentials.length, 2);
  await app.call('signOut');
  await app.call('signIn', { username: address, options: WITH_PASSKEY });
  assert.deepEqual((await app.mustHaveTokens()).idClaims.amr, ['hwk']);
});

test('a pool may require that the authenticator knows its owner', async () => {
  const strict = await setStage("{ relyingPartyId: 'localhost', userVerification: 'required' }");
  const authenticator = { ...OWN_DEVICE, hasUserVerification: false, isUserVerified: false };
  const { address, app, exchange } = await personWithAuthenticator({ on: strict, authenticator });
  await assert.rejects(app.call('associateWebAuthnCredential'), { name: 'PasskeyRegistrationCanceled' });
  assert.deepEqual((await app.call('listWebAuthnCredentials')).credentials, []);
  await exchange({});
  await app.call('associateWebAuthnCredential');
  await app.call('signOut');
  await app.call('signIn', { username: address, options: WITH_PASSKEY });
  assert.equal((await app.mustHaveTokens()).idClaims.email, address);
});

test('a page on a foreign origin gets no passkey', async () => {
  const { app } = await personWithAuthenticator({ at: site.url });
  await assert.rejects(app.call('associateWebAuthnCredential'), { name: 'RelyingPartyMismatch' });
  assert.deepEqual((await app.call('listWebAuthnCredentials')).credentials, []);
});
