// Passkeys in the example app.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serveExample } from '../harness/example-app.js';
import { ExampleUser } from '../harness/example-user.js';
import { collectComplaints, look } from '../harness/page-checks.js';
import { setExampleStage } from '../harness/stage.js';

const stage = await setExampleStage();

const served = await serveExample(stage.project);
after(() => served.close());

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`somebody adds a passkey, names it, signs in with it, and deletes it (${colorScheme})`, async () => {
    const user = await ExampleUser.open(stage, served.url, { colorScheme, viewport: { width: 1100, height: 800 } });
    const { page } = user;
    const { address, device } = await user.become();
    const complaints = collectComplaints(page);
    await page.getByText('None yet.').waitFor();
    await user.addPasskey();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('alert').filter({ hasText: 'This device has a passkey' }).waitFor();

    await page.getByRole('button', { name: /^Rename / }).click();
    await page.getByLabel('New name').fill('My laptop');
    await look(page, `example-${colorScheme}-4-rename`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#passkeys').getByText('My laptop').first().waitFor();
    assert.match(await page.locator('#passkeys').innerText(), /Added .*20\d\d/);
    await look(page, `example-${colorScheme}-5-passkeys`);

    await user.signOut();
    await user.askToSignIn(address);
    await page.getByRole('button', { name: 'A code by e-mail' }).waitFor();
    await look(page, `example-${colorScheme}-6-choose`);
    await user.choose('A passkey');
    await user.signedInAs(address, 'swk');

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

test('nobody has to type a name', async () => {
  const user = await ExampleUser.open(stage, served.url);
  const { page } = user;
  const { address } = await user.become();
  await user.addPasskey();
  await user.signOut();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await user.signedInAs(address, 'swk');
  await page.reload();
  await user.signedInAs(address, 'swk');
});

test('the dialog of the passkey is closed, and a code signs in', async () => {
  const user = await ExampleUser.open(stage, served.url);
  const { page } = user;
  const { address, device } = await user.become();
  await user.addPasskey();
  await user.signOut();
  // A device without the passkey ends the dialog as a person does who closes it.
  await device.exchange({});
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('alert').filter({ hasText: 'No passkey was used' }).waitFor();
  await user.askToSignIn(address);
  await user.choose('A passkey');
  await page.getByRole('alert').filter({ hasText: 'No passkey was used' }).waitFor();
  await look(page, 'example-choose-again');
  await user.choose('A code by e-mail');
  await page.getByLabel('Code', { exact: true }).waitFor();
  await user.typeCode(await stage.pool.inbox.code(address));
  await user.signedInAs(address);
});
