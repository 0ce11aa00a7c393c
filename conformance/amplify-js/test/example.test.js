// The example app of this repository, as somebody uses it who has just read its README.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { plugIn } from '../harness/device.js';
import { serveExample } from '../harness/example-app.js';
import { ExampleUser, NAME } from '../harness/example-user.js';
import { collectComplaints, look } from '../harness/page-checks.js';
import { setExampleStage } from '../harness/stage.js';

const stage = await setExampleStage();

const served = await serveExample(stage.project);
after(() => served.close());

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`somebody creates an account, signs out and signs in (${colorScheme})`, async () => {
    const user = await ExampleUser.open(stage, served.url, { colorScheme, viewport: { width: 1100, height: 800 } });
    const { page } = user;
    const complaints = collectComplaints(page);
    const address = stage.newAddress(colorScheme);
    await look(page, `example-${colorScheme}-1-start`);

    await user.createAccount(address);
    await look(page, `example-${colorScheme}-2-code`);
    await user.typeCode(await stage.pool.inbox.code(address));
    await user.signedInAs(address);
    await look(page, `example-${colorScheme}-3-session`);

    await user.signOut();
    await user.askToSignIn(address);
    await user.choose('A code by e-mail');
    await user.typeCode(await stage.pool.inbox.code(address));
    await user.signedInAs(address);

    await page.reload();
    await user.signedInAs(address);
    assert.deepEqual(complaints, []);
  });
}

test('somebody creates an account by text message, and signs in each way', async () => {
  const user = await ExampleUser.open(stage, served.url, { viewport: { width: 1100, height: 800 } });
  const { page } = user;
  const device = await plugIn(page);
  const [address, number] = [stage.newAddress('all'), stage.newNumber()];
  await page.getByRole('radio', { name: 'Create account' }).check();
  await page.getByLabel(NAME).fill(number);
  await page.getByLabel('E-mail address', { exact: true }).fill(address);
  await look(page, 'example-number');
  await page.getByRole('button', { name: 'Create my account' }).click();
  await user.typeCode(await stage.pool.inbox.code(number));
  await user.signedInAs(number, 'sms');
  await user.addPasskey();

  // The address is a name as soon as a code that went there came back.
  await user.signOut();
  await user.askToSignIn(number);
  await look(page, 'example-choose-all');
  await user.choose('A code by e-mail');
  await user.typeCode(await stage.pool.inbox.code(address));
  await user.signedInAs(address, 'email_otp');

  await user.signOut();
  await user.askToSignIn(address);
  await user.choose('A code by text message');
  await user.typeCode(await stage.pool.inbox.code(number));
  await user.signedInAs(address, 'sms');

  await user.signOut();
  await user.askToSignIn(address);
  await user.choose('A passkey');
  await user.signedInAs(address, 'swk');
  assert.equal(await device.count(), 1);
});

test('a wrong code is said, and the right one still works', async () => {
  const user = await ExampleUser.open(stage, served.url, { viewport: { width: 390, height: 800 } });
  const { page } = user;
  const address = stage.newAddress('phone');
  await user.createAccount(address);
  const code = await stage.pool.inbox.code(address);
  await user.typeCode(code === '000000' ? '000001' : '000000');
  await page.getByRole('alert').filter({ hasText: 'That is not the code.' }).waitFor();
  await look(page, 'example-phone-wrong-code');
  await user.typeCode(code);
  await user.signedInAs(address);
  await look(page, 'example-phone-session');
});

test('a second account for an address becomes a sign-in', async () => {
  const { address } = await stage.member();
  const user = await ExampleUser.open(stage, served.url);
  const { page } = user;
  await page.getByRole('radio', { name: 'Create account' }).check();
  await page.getByLabel(NAME).fill(address);
  await page.getByLabel('Phone number', { exact: true }).fill('+1 206 555 0100');
  await page.getByRole('button', { name: 'Create my account' }).click();
  await page.getByRole('alert').filter({ hasText: 'Sign in instead.' }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await user.choose('A code by e-mail');
  await page.getByLabel('Code', { exact: true }).waitFor();
  await user.typeCode(await stage.pool.inbox.code(address));
  await user.signedInAs(address);
});

test('the keyboard is enough', async () => {
  const { address } = await stage.member();
  const user = await ExampleUser.open(stage, served.url);
  const { page } = user;
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
  await user.signedInAs(address);

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
