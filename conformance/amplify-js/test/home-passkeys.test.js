// Passkeys on the home page of `poolhouse dev`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setExampleStage } from '../harness/stage.js';
import { visit } from '../harness/visitor.js';

const stage = await setExampleStage();

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`somebody adds a passkey, calls it by a name, and deletes it (${colorScheme})`, async () => {
    const visitor = await visit(stage, { colorScheme });
    const { page, device } = visitor;
    await visitor.signUp();
    await page.getByText('None yet.').waitFor();
    await visitor.look(`home-passkeys-${colorScheme}-1-none`);
    await visitor.addPasskey();
    assert.match(await page.innerText('#try-passkey-list'), /Added .*20\d\d, not used yet/);

    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('This device has a passkey for this account already.').waitFor();

    await page.getByRole('button', { name: /^Rename / }).click();
    await page.getByLabel('New name').fill('My <b>laptop</b>');
    await visitor.look(`home-passkeys-${colorScheme}-2-rename`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('My <b>laptop</b>').first().waitFor();
    await visitor.look(`home-passkeys-${colorScheme}-3-named`);

    await page.getByRole('button', { name: 'Delete My <b>laptop</b>' }).click();
    await visitor.look(`home-passkeys-${colorScheme}-4-delete`);
    await page.getByRole('button', { name: 'Keep My <b>laptop</b>' }).click();
    await page.getByRole('button', { name: 'Delete My <b>laptop</b>' }).click();
    await page.locator('[data-do="delete-now"]').click();
    await page.getByText('None yet.').waitFor();
    assert.equal(await device.count(), 0, 'the browser should have forgotten it, too');
    assert.deepEqual(visitor.complaints, []);
  });
}

test('a passkey is chosen among the ways', async () => {
  const visitor = await visit(stage);
  const { page, device } = visitor;
  const address = await visitor.signUp();
  await visitor.addPasskey();
  await device.consent(false);
  await visitor.signOut();

  await visitor.enter(address);
  await visitor.look('home-choose');
  await device.consent(true);
  await visitor.choose('A passkey');
  await visitor.signedIn(address);
  assert.match(await page.innerText('#try-passkey-list'), /used just now/);
});

test('the dialog is closed, and a code signs in', async () => {
  const visitor = await visit(stage);
  const { page, device } = visitor;
  const address = await visitor.signUp();
  await visitor.addPasskey();
  await device.consent(false);
  await visitor.signOut();

  // A device without the passkey ends the dialog as a person does who closes it.
  await device.exchange({});
  await visitor.enter(address);
  await visitor.choose('A passkey');
  await page.getByText('No passkey was used').waitFor();
  await visitor.look('home-choose-again');
  await visitor.choose('A passkey');
  await page.locator('#try-calls li').nth(3).waitFor({ state: 'attached' }); // asked once more
  await page.getByText('No passkey was used').waitFor();
  await visitor.choose('A code by e-mail');
  await visitor.typeCode(address);
  await visitor.signedIn(address);
});

test('nobody has to type a name', async () => {
  const visitor = await visit(stage);
  const { page, device } = visitor;
  const address = await visitor.signUp();
  await visitor.addPasskey();
  await device.consent(false);
  await visitor.signOut();
  await page.fill('#try-name', '');
  await device.consent(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await visitor.signedIn(address);
});

test('passkeys are among the names that the browser fills in', async () => {
  const visitor = await visit(stage);
  const { page } = visitor;
  const address = await visitor.signUp();
  await visitor.addPasskey();
  // To what the browser offers by itself, this owner says yes at once: nothing is clicked.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out').waitFor({ state: 'attached' });
  await visitor.signedIn(address);
  await page.click('#try-log summary');
  assert.match(await page.innerText('#try-calls'), /^InitiateAuth WEB_AUTHN\s+RespondToAuthChallenge OK/);
});

test('a passkey that the pool has forgotten is refused', async () => {
  const visitor = await visit(stage);
  const { page, device } = visitor;
  await visitor.signUp();
  await visitor.addPasskey();
  // As in a browser that cannot be told.
  await page.evaluate(() => delete (/** @type {any} */ (PublicKeyCredential).signalUnknownCredential));
  await page.getByRole('button', { name: /^Delete / }).click();
  await page.locator('[data-do="delete-now"]').click();
  await page.getByText('None yet.').waitFor();
  assert.equal(await device.count(), 1);
  await device.consent(false);
  await visitor.signOut();
  await device.consent(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('Incorrect username or password.').waitFor();
});

test('opened by an address, the page says where its passkeys work', async () => {
  const visitor = await visit(stage, { url: `http://127.0.0.1:${stage.pool.port}/` });
  const { page } = visitor;
  await page.getByText('Passkeys of this pool are for localhost, and this page is on 127.0.0.1.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'passkey' }).count(), 0);
  await visitor.look('home-by-address');
  await visitor.signUp();
  assert.equal(await page.getByRole('button', { name: 'Add a passkey' }).count(), 0);
  await visitor.signOut();
  await page.getByRole('link', { name: 'Open it there' }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
});
