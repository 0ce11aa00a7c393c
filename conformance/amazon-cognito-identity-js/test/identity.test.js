// amazon-cognito-identity-js, the client that apps had before Amplify's sixth version.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { definition, newProject, removeProject, startPoolhouse } from '../../amplify-js/harness/poolhouse.js';
import { asked, called, PASSWORD, Person } from '../person.js';

const project = await newProject(definition('{ email: true }'));
const pool = await startPoolhouse(project);
after(async () => {
  await pool.stop();
  await removeProject(project);
});

const OTHER = 'Battery-5taple';
const INCORRECT = { code: 'NotAuthorizedException', message: 'Incorrect username or password.' };

test('somebody signs up, and in by SRP, stays signed in, and signs out', async () => {
  const person = await new Person(pool).signUp();
  await assert.rejects(person.signIn(OTHER), INCORRECT);
  const { result: session } = await person.signIn();
  assert.ok(session.isValid());
  assert.equal(session.getIdToken().payload.email, person.address);
  assert.deepEqual(session.getIdToken().payload.amr, ['pwd']);

  const before = session.getAccessToken().getJwtToken();
  const refreshed = await person.refresh();
  assert.notEqual(refreshed.getAccessToken().getJwtToken(), before);
  assert.equal(refreshed.getRefreshToken().getToken(), session.getRefreshToken().getToken());

  const attributes = await called((callback) => person.user.getUserAttributes(callback));
  assert.equal(attributes.find(({ Name }) => Name === 'email').Value, person.address);

  await new Promise((resolve) => person.user.signOut(resolve));
  assert.equal(person.userPool.getCurrentUser(), null);
  const request = { RefreshToken: session.getRefreshToken().getToken(), ClientId: pool.clientId };
  const { status, body } = await pool.call('GetTokensFromRefreshToken', request);
  assert.deepEqual({ status, type: body.__type }, { status: 400, type: 'NotAuthorizedException' });
});

test('somebody signs out everywhere', async () => {
  const person = await new Person(pool).signUp();
  const { result: session } = await person.signIn();
  await asked((callbacks) => person.user.globalSignOut(callbacks));
  const { body } = await pool.call('GetUser', { AccessToken: session.getAccessToken().getJwtToken() });
  assert.equal(body.message, 'Access Token has been revoked');
});

test('somebody changes the password', async () => {
  const person = await new Person(pool).signUp();
  await person.signIn();
  await assert.rejects(called((callback) => person.user.changePassword(OTHER, OTHER, callback)), INCORRECT);
  await called((callback) => person.user.changePassword(PASSWORD, OTHER, callback));
  person.openApp();
  await person.signIn(OTHER);
});

test('somebody who forgot the password sets another', async () => {
  const person = await new Person(pool).signUp();
  const { result } = await asked((callbacks) => person.user.forgotPassword(callbacks));
  assert.equal(result.CodeDeliveryDetails.Destination, 'p***@e***');
  const code = await pool.inbox.code(person.address);
  await asked((callbacks) => person.user.confirmPassword(code, OTHER, callbacks));
  await assert.rejects(person.signIn(), INCORRECT);
  await person.signIn(OTHER);
});

test('somebody deletes the account', async () => {
  const person = await new Person(pool).signUp();
  await person.signIn();
  await called((callback) => person.user.deleteUser(callback));
  await assert.rejects(person.signIn(), INCORRECT);
});
