// The example app of this repository, as somebody uses it who has just read its README.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { plugIn } from '../harness/device.js';
import { serveExample } from '../harness/example-app.js';
import { collectComplaints, look } from '../harness/page-checks.js';
import { setExampleStage } from '../harness/stage.js';

const stage = await setExampleStage();

const served = await serveExample(stage.project);
after(() => served.close());

const NAME = 'E-mail address or phone number';

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`somebody creates an account, signs out and signs in (${colorScheme})`, async () => {
    const page = await openApp({ colorScheme, viewport: { width: 1100, height: 800 } });
    const complaints = collectComplaints(page);
    const address = stage.newAddress(colorScheme);
    await look(page, `example-${colorScheme}-1-start`);

    await createAccount(page, address);
    await look(page, `example-${colorScheme}-2-code`);
    await typeCode(page, await stage.pool.inbox.code(address));
    await signedInAs(page, address);
    await look(page, `example-${colorScheme}-3-session`);

    await signOut(page);
    await askToSignIn(page, address);
    await page.getByRole('button', { name: 'A code by e-mail' }).click();
    await typeCode(page, await stage.pool.inbox.code(address));
    await signedInAs(page, address);

    await page.reload();
    await signedInAs(page, address);
    assert.deepEqual(complaints, []);
  });

  test(`somebody adds a passkey, names it, signs in with it, and deletes it (${colorScheme})`, async () => {
    const { page, address, device } = await newMember({ colorScheme, viewport: { width: 1100, height: 800 } });
    const complaints = collectComplaints(page);
    await page.getByText('None yet.').waitFor();
    await addPasskey(page);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('alert').filter({ hasText: 'This device has a passkey' }).waitFor();

    await page.getByRole('button', { name: /^Rename / }).click();
    await page.getByLabel('New name').fill('My laptop');
    await look(page, `example-${colorScheme}-4-rename`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#passkeys').getByText('My laptop').first().waitFor();
    assert.match(await page.locator('#passkeys').innerText(), /Added .*20\d\d/);
    await look(page, `example-${colorScheme}-5-passkeys`);

    await signOut(page);
    await askToSignIn(page, address);
    await page.getByRole('button', { name: 'A code by e-mail' }).waitFor();
    await look(page, `example-${colorScheme}-6-choose`);
    await page.getByRole('button', { name: 'A passkey', exact: true }).click();
    await signedInAs(page, address, 'swk');

    await page.getByRole('button', { name: 'Delete My laptop' }).click();
    await look(page, `example-${colorScheme}-7-delete`);
    await page.getByRole('button', { name: 'Keep My laptop' }).click();
    await page.getByRole('button', { name: 'Delete My laptop' }).click();
    await page.locator('[data-do="delete-now"]').click();
    await page.getByText('None yet.').waitFor();
    assert.equal(await device.count(), 1, 'the device keeps what the app has forgotten');
    assert.deepEqual(complaints, []);
  });
}

test('somebody creates an account by text message, and signs in each way', async () => {
  const page = await openApp({ viewport: { width: 1100, height: 800 } });
  const device = await plugIn(page);
  const [address, number] = [stage.newAddress('all'), stage.newNumber()];
  await page.getByRole('radio', { name: 'Create account' }).check();
  await page.getByLabel(NAME).fill(number);
  await page.getByLabel('E-mail address', { exact: true }).fill(address);
  await look(page, 'example-number');
  await page.getByRole('button', { name: 'Create my account' }).click();
  await typeCode(page, await stage.pool.inbox.code(number));
  await signedInAs(page, number, 'sms');
  await addPasskey(page);

  // The address is a name as soon as a code that went there came back.
  await signOut(page);
  await askToSignIn(page, number);
  await look(page, 'example-choose-all');
  await page.getByRole('button', { name: 'A code by e-mail' }).click();
  await typeCode(page, await stage.pool.inbox.code(address));
  await signedInAs(page, address, 'email_otp');

  await signOut(page);
  await askToSignIn(page, address);
  await page.getByRole('button', { name: 'A code by text message' }).click();
  await typeCode(page, await stage.pool.inbox.code(number));
  await signedInAs(page, address, 'sms');

  await signOut(page);
  await askToSignIn(page, address);
  await page.getByRole('button', { name: 'A passkey', exact: true }).click();
  await signedInAs(page, address, 'swk');
  assert.equal(await device.count(), 1);
});

test('nobody has to type a name', async () => {
  const { page, address } = await newMember({});
  await addPasskey(page);
  await signOut(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await signedInAs(page, address, 'swk');
  await page.reload();
  await signedInAs(page, address, 'swk');
});

test('the dialog of the passkey is closed, and a code signs in', async () => {
  const { page, address, device } = await newMember({});
  await addPasskey(page);
  await signOut(page);
  // A device without the passkey ends the dialog as a person does who closes it.
  await device.exchange({});
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('alert').filter({ hasText: 'No passkey was used' }).waitFor();
  await askToSignIn(page, address);
  await page.getByRole('button', { name: 'A passkey', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'No passkey was used' }).waitFor();
  await look(page, 'example-choose-again');
  await page.getByRole('button', { name: 'A code by e-mail' }).click();
  await page.getByLabel('Code', { exact: true }).waitFor();
  await typeCode(page, await stage.pool.inbox.code(address));
  await signedInAs(page, address);
});

test('a wrong code is said, and the right one still works', async () => {
  const page = await openApp({ viewport: { width: 390, height: 800 } });
  const address = stage.newAddress('phone');
  await createAccount(page, address);
  const code = await stage.pool.inbox.code(address);
  await typeCode(page, code === '000000' ? '000001' : '000000');
  await page.getByRole('alert').filter({ hasText: 'That is not the code.' }).waitFor();
  await look(page, 'example-phone-wrong-code');
  await typeCode(page, code);
  await signedInAs(page, address);
  await look(page, 'example-phone-session');
});

test('a second account for an address becomes a sign-in', async () => {
  const { address } = await stage.member();
  const page = await openApp({});
  await page.getByRole('radio', { name: 'Create account' }).check();
  await page.getByLabel(NAME).fill(address);
  await page.getByLabel('Phone number', { exact: true }).fill('+1 206 555 0100');
  await page.getByRole('button', { name: 'Create my account' }).click();
  await page.getByRole('alert').filter({ hasText: 'Sign in instead.' }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'A code by e-mail' }).click();
  await page.getByLabel('Code', { exact: true }).waitFor();
  await typeCode(page, await stage.pool.inbox.code(address));
  await signedInAs(page, address);
});

test('the keyboard is enough', async () => {
  const { address } = await stage.member();
  const page = await openApp({});
  await page.locator('#username:focus').waitFor();
  await page.keyboard.type(address);
  await page.keyboard.press('Enter');
  await page.locator('#choose-title:focus').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#code-input:focus').waitFor();
  assert.equal(await page.locator('#inbox-link').getAttribute('href'), `${stage.pool.url}/inbox`);
  await page.keyboard.type(await stage.pool.inbox.code(address));
  await page.keyboard.press('Enter');
  await page.locator('#session-title:focus').waitFor();
  await signedInAs(page, address);

  const device = await plugIn(page);
  await page.keyboard.press('Tab'); // Sign out
  await page.keyboard.press('Tab'); // Add a passkey
  await page.keyboard.press('Enter');
  await page.locator('[data-do="rename"]:focus').waitFor();
  await page.locator('body:not([aria-busy])').waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('By hand');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Rename By hand' }).and(page.locator(':focus')).waitFor();
  assert.equal(await device.count(), 1);
});

/** @param {import('playwright-core').BrowserContextOptions} options */
async function openApp(options) {
  const page = await stage.openPage(served.url, options);
  await page.locator('#username').waitFor();
  return page;
}

/** Somebody who has just created an account in the app, in a browser with a device. @param {import('playwright-core').BrowserContextOptions} options */
async function newMember(options) {
  const page = await openApp(options);
  const address = stage.newAddress('member');
  await createAccount(page, address);
  await typeCode(page, await stage.pool.inbox.code(address));
  await signedInAs(page, address);
  return { page, address, device: await plugIn(page) };
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function createAccount(page, name) {
  await page.getByRole('radio', { name: 'Create account' }).check();
  await page.getByLabel(NAME).fill(name);
  await page.getByLabel('Phone number', { exact: true }).fill('+1 206 555 0100');
  await page.getByRole('button', { name: 'Create my account' }).click();
  await page.getByLabel('Code', { exact: true }).waitFor();
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function askToSignIn(page, name) {
  await page.getByRole('radio', { name: 'Sign in' }).check();
  await page.getByLabel(NAME).fill(name);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('#start').waitFor({ state: 'hidden' });
}

/** @param {import('playwright-core').Page} page */
async function signOut(page) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
}

/** @param {import('playwright-core').Page} page */
async function addPasskey(page) {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.locator('#passkeys li').waitFor();
  await page.locator('body:not([aria-busy])').waitFor();
}

/** @param {import('playwright-core').Page} page @param {string} code */
async function typeCode(page, code) {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** @param {import('playwright-core').Page} page @param {string} who @param {string} [amr] how it was proved */
async function signedInAs(page, who, amr = 'email_otp') {
  await page.locator('#session-name:visible', { hasText: who }).waitFor();
  await page.locator('body:not([aria-busy])').waitFor();
  const idToken = await page.locator('#id-token').innerText();
  const accessToken = await page.locator('#access-token').innerText();
  assert.match(idToken, new RegExp(`amr\\s+${amr}`));
  assert.ok(idToken.includes(stage.pool.issuer));
  assert.ok(accessToken.includes(stage.pool.clientId));
}
