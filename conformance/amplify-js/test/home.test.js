// The pages that `poolhouse dev` shows: home, with a sign-in to try, and the inbox.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plugIn } from '../harness/device.js';
import { checkAccessibility, checkNarrow, collectComplaints, takePicture } from '../harness/page-checks.js';
import { setStage } from '../harness/stage.js';

const stage = await setStage();

test('the home page signs somebody up and in', async () => {
  const page = await openPage('/', 'light');
  const complaints = collectComplaints(page);
  const text = await page.innerText('body');
  for (const fact of [stage.pool.clientId, stage.pool.outputs.Auth.Cognito.userPoolId]) {
    assert.ok(text.includes(fact), `the page should say ${fact}`);
  }
  await look(page, 'home-light');

  const address = stage.newAddress('visitor');
  await tryIt(page, address);
  const result = await page.innerText('#try-result');
  for (const fact of [address, 'access', stage.pool.issuer, 'origin_jti', 'email_otp']) {
    assert.ok(result.includes(fact), `the decoded tokens should say ${fact}, got ${result}`);
  }
  await look(page, 'home-signed-in');
  assert.deepEqual(complaints, []);
});

test('the home page signs in somebody who has an account', async () => {
  const { address } = await stage.member();
  const page = await openPage('/', 'dark');
  await look(page, 'home-dark');
  await tryIt(page, address);
  assert.ok((await page.innerText('#try-result')).includes(address));
});

test('the home page shows the code as it comes', async () => {
  const page = await openPage('/', 'light');
  const address = stage.newAddress('visitor');
  await page.fill('#try-name', address);
  await page.click('#try-start');
  await page.locator('#try-use').waitFor();
  await look(page, 'home-code');
  await page.click('#try-use');
  await signedIn(page, address);
});

test('the home page says when a code is wrong, and takes the right one', async () => {
  const page = await openPage('/', 'light');
  const address = stage.newAddress('visitor');
  await page.fill('#try-name', address);
  await page.click('#try-start');
  const code = await stage.pool.inbox.code(address);
  await page.fill('#try-code', code === '000000' ? '000001' : '000000');
  await page.click('#try-confirm');
  await page.getByText('Invalid verification code provided, please try again.').waitFor();
  await page.fill('#try-code', code);
  await page.click('#try-confirm');
  await signedIn(page, address);
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`somebody adds a passkey on the home page, calls it by a name, and deletes it (${colorScheme})`, async () => {
    const { page, device, complaints } = await visitor(colorScheme);
    await page.getByText('None yet.').waitFor();
    await look(page, `home-passkeys-none-${colorScheme}`);
    await addPasskey(page);
    assert.match(await page.innerText('#try-passkey-list'), /Added .*20\d\d, not used yet/);

    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('This device has a passkey for this account already.').waitFor();

    await page.getByRole('button', { name: /^Rename / }).click();
    await page.getByLabel('New name').fill('My <b>laptop</b>');
    await look(page, `home-passkeys-rename-${colorScheme}`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('My <b>laptop</b>').first().waitFor();
    await look(page, `home-passkeys-${colorScheme}`);

    await page.getByRole('button', { name: 'Delete My <b>laptop</b>' }).click();
    await look(page, `home-passkeys-delete-${colorScheme}`);
    await page.getByRole('button', { name: 'Keep My <b>laptop</b>' }).click();
    await page.getByRole('button', { name: 'Delete My <b>laptop</b>' }).click();
    await page.locator('[data-do="delete-now"]').click();
    await page.getByText('None yet.').waitFor();
    assert.equal(await device.count(), 0, 'the browser should have forgotten it, too');
    assert.deepEqual(complaints, []);
  });
}

test('a passkey is chosen on the home page, given up, and a code signs in', async () => {
  const { page, device, address } = await visitor();
  await addPasskey(page);
  await device.consent(false);
  await signOut(page);

  await page.fill('#try-name', address);
  await page.click('#try-start');
  await look(page, 'home-choose');
  await device.consent(true);
  await page.getByRole('button', { name: 'A passkey', exact: true }).click();
  await signedIn(page, address);
  assert.match(await page.innerText('#try-passkey-list'), /used just now/);
  await device.consent(false);
  await signOut(page);

  // A device without the passkey ends the dialog as a person does who closes it.
  await device.exchange({});
  await page.click('#try-start');
  await page.getByRole('button', { name: 'A passkey', exact: true }).click();
  await page.getByText('No passkey was used').waitFor();
  await look(page, 'home-choose-again');
  await page.getByRole('button', { name: 'A passkey', exact: true }).click();
  await page.locator('#try-calls li').nth(3).waitFor({ state: 'attached' }); // asked once more
  await page.getByText('No passkey was used').waitFor();
  await page.getByRole('button', { name: 'A code by e-mail' }).click();
  await page.fill('#try-code', await stage.pool.inbox.code(address));
  await page.click('#try-confirm');
  await signedIn(page, address);
});

test('nobody has to type a name on the home page', async () => {
  const { page, device, address } = await visitor();
  await addPasskey(page);
  await device.consent(false);
  await signOut(page);
  await page.fill('#try-name', '');
  await device.consent(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await signedIn(page, address);
});

test('the home page offers passkeys where the browser fills in names', async () => {
  const { page, address } = await visitor();
  await addPasskey(page);
  // With an offer to fill in, this owner says yes at once: nothing is clicked.
  await signOut(page);
  await signedIn(page, address);
  await page.click('#try-log summary');
  assert.match(await page.innerText('#try-calls'), /^InitiateAuth WEB_AUTHN\s+RespondToAuthChallenge OK/);
});

test('a passkey that was deleted elsewhere is refused on the home page', async () => {
  const { page, device } = await visitor();
  await addPasskey(page);
  const forgetful = await page.evaluate(() => delete (/** @type {any} */ (PublicKeyCredential).signalUnknownCredential));
  assert.ok(forgetful);
  await page.getByRole('button', { name: /^Delete / }).click();
  await page.locator('[data-do="delete-now"]').click();
  await page.getByText('None yet.').waitFor();
  await device.consent(false);
  await signOut(page);
  await device.consent(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('Incorrect username or password.').waitFor();
});

test('the keyboard is enough for the home page', async () => {
  const page = await openPage('/', 'light');
  const device = await plugIn(page);
  const address = stage.newAddress('keyboard');
  await page.locator('#try-name').focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(address);
  await page.keyboard.press('Enter');
  await page.locator('#try-code:focus').waitFor();
  await page.keyboard.type(await stage.pool.inbox.code(address));
  await page.keyboard.press('Enter');
  await page.locator('#try-result:focus').waitFor();
  await page.locator('#try-passkeys').waitFor();
  await pressTabUntil(page, 'Add a passkey');
  await page.keyboard.press('Enter');
  await page.locator('[data-do="rename"]:focus').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.passkey input:focus').waitFor();
  await page.keyboard.type('By hand');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Rename By hand' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('[data-do="keep"]:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Delete By hand' }).and(page.locator(':focus')).waitFor();
  assert.equal(await device.count(), 1);
});

test('opened by an address, the home page says where its passkeys work', async () => {
  const page = await stage.openPage(`http://127.0.0.1:${stage.pool.port}/`);
  await page.getByText('Passkeys of this pool are for localhost, and this page is on 127.0.0.1.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'passkey' }).count(), 0);
  await checkAccessibility(page);
  const address = stage.newAddress('visitor');
  await tryIt(page, address);
  assert.equal(await page.getByRole('button', { name: 'Add a passkey' }).count(), 0);
  await signOut(page);
  await page.getByRole('link', { name: 'Open it there' }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
});

test('the home page shows what the pool has, and no more', async () => {
  const plain = await setStage('{ email: { otpLogin: true } }');
  const page = await plain.openPage(plain.pool.url);
  await page.getByLabel('E-mail address', { exact: true }).waitFor();
  assert.doesNotMatch(await page.innerText('body'), /passkey|phone/i);
});

test('the inbox shows mail as it comes, the newest on top', async () => {
  const page = await openPage('/inbox', 'light');
  const complaints = collectComplaints(page);
  const [first, second] = [stage.newAddress('first'), stage.newAddress('second')];
  for (const address of [first, second]) {
    await signUp(address);
    const { code } = await stage.pool.inbox.next(address);
    await page.getByText(code).first().waitFor();
    await page.getByText(address).first().waitFor();
  }
  const text = await page.innerText('body');
  assert.ok(text.indexOf(second) < text.indexOf(first), 'the newest message should be on top');
  await look(page, 'inbox-light');
  assert.deepEqual(complaints, []);

  const dark = await openPage('/inbox', 'dark');
  await dark.getByText(second).first().waitFor();
  await look(dark, 'inbox-dark');
});

test('an address with markup in it is refused, and never in the inbox', async () => {
  const { status } = await signUp('"<img/src/onerror=document.title=1>"@example.com');
  assert.equal(status, 400);
  const page = await openPage('/inbox', 'light');
  assert.equal(await page.getByText('onerror').count(), 0);
});

/**
 * @param {string} path
 * @param {'light' | 'dark'} colorScheme
 */
function openPage(path, colorScheme) {
  return stage.openPage(stage.pool.url + path, { colorScheme, viewport: { width: 1200, height: 900 } });
}

/** Takes a picture, and holds the page to what every page is held to. @param {import('playwright-core').Page} page @param {string} name */
async function look(page, name) {
  await page.locator('#try:not([aria-busy="true"]), #messages').waitFor();
  await takePicture(page, name);
  await checkAccessibility(page);
  await checkNarrow(page, name);
}

/** Somebody who has signed up on the home page, in a browser with a device. @param {'light' | 'dark'} [colorScheme] */
async function visitor(colorScheme = 'light') {
  const page = await openPage('/', colorScheme);
  const complaints = collectComplaints(page);
  const device = await plugIn(page);
  const address = stage.newAddress('visitor');
  await tryIt(page, address);
  return { page, device, address, complaints };
}

/**
 * Fills in the *Try it* form, up to the decoded tokens.
 * @param {import('playwright-core').Page} page
 * @param {string} address
 */
async function tryIt(page, address) {
  await page.fill('#try-name', address);
  await page.click('#try-start');
  await page.fill('#try-code', await stage.pool.inbox.code(address));
  await page.click('#try-confirm');
  await signedIn(page, address);
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function signedIn(page, name) {
  await page.locator('#try-who:visible', { hasText: name }).waitFor();
  await page.locator('#try:not([aria-busy="true"])').waitFor();
}

/** @param {import('playwright-core').Page} page */
async function addPasskey(page) {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.locator('.passkey').waitFor();
  await page.locator('#try:not([aria-busy="true"])').waitFor();
}

/** @param {import('playwright-core').Page} page */
async function signOut(page) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.locator('#try-result').waitFor({ state: 'hidden' });
}

/** @param {import('playwright-core').Page} page @param {string} text of what is to have the focus */
async function pressTabUntil(page, text) {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.locator(':focus').innerText()).includes(text)) return;
  }
  assert.fail(`the keyboard did not get to ${text}`);
}

/** @param {string} address */
function signUp(address) {
  return stage.pool.call('SignUp', {
    ClientId: stage.pool.clientId,
    Username: address,
    UserAttributes: [{ Name: 'email', Value: address }],
  });
}
