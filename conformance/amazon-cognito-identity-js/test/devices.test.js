// Devices, with the client that apps had before Amplify's sixth version.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { definition, newProject, removeProject, startPoolhouse } from '../../amplify-js/harness/poolhouse.js';
import { asked, Person } from '../person.js';

const remembering = 'pool.deviceConfiguration = { deviceOnlyRememberedOnUserPrompt: true };';
const project = await newProject(definition('{ email: true }'), remembering);
const pool = await startPoolhouse(project);
after(async () => {
  await pool.stop();
  await removeProject(project);
});

/** Signs in, and says on which device. @param {Person} person */
async function deviceOf(person) {
  const { result: session } = await person.signIn();
  return session.getAccessToken().payload.device_key;
}

/** @param {Person} person */
async function listed(person) {
  const { result } = await asked((callbacks) => person.user.listDevices(60, null, callbacks));
  return result.Devices.map(({ DeviceKey }) => DeviceKey);
}

test('a device is remembered, signs in again and refreshes, and is forgotten', async () => {
  const person = await new Person(pool).signUp();
  const key = await deviceOf(person);
  assert.deepEqual(await listed(person), []);
  await asked((callbacks) => person.user.setDeviceStatusRemembered(callbacks));
  assert.deepEqual(await listed(person), [key]);
  const { result } = await asked((callbacks) => person.user.getDevice(callbacks));
  assert.equal(result.Device.DeviceKey, key);
  await new Promise((resolve) => person.user.signOut(resolve));

  person.openApp();
  assert.equal(await deviceOf(person), key);
  const refreshed = await person.refresh();
  assert.equal(refreshed.getAccessToken().payload.device_key, key);

  await asked((callbacks) => person.user.setDeviceStatusNotRemembered(callbacks));
  assert.deepEqual(await listed(person), []);
  await asked((callbacks) => person.user.forgetDevice(callbacks));
  person.openApp();
  assert.notEqual(await deviceOf(person), key);
});

test('a device that was forgotten from another one signs in all the same, as a new one', async () => {
  const person = await new Person(pool).signUp();
  const key = await deviceOf(person);
  await asked((callbacks) => person.user.setDeviceStatusRemembered(callbacks));
  await asked((callbacks) => person.user.forgetSpecificDevice(key, callbacks));
  person.openApp();
  assert.notEqual(await deviceOf(person), key);
});
