// The example app of this repository, as somebody uses it who has just read its README.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serveExample } from '../harness/example-app.js';
import { checkAccessibility, collectComplaints, takePicture } from '../harness/page-checks.js';
import { setStage } from '../harness/stage.js';

const stage = await setStage();

const served = await serveExample(stage.project);
after(() => served.close());

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

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await askForCode(page, address);
    await typeCode(page, await stage.pool.inbox.code(address));
    await signedInAs(page, address);

    await page.reload();
    await signedInAs(page, address);
    assert.deepEqual(complaints, []);
  });
}

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
  await page.getByLabel('E-mail address').fill(address);
  await page.getByRole('button', { name: 'Create my account' }).click();
  await page.getByRole('alert').filter({ hasText: 'Sign in instead.' }).waitFor();
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByLabel('Code').waitFor();
  await typeCode(page, await stage.pool.inbox.code(address));
  await signedInAs(page, address);
});

test('the keyboard is enough', async () => {
  const { address } = await stage.member();
  const page = await openApp({});
  await page.locator('#email:focus').waitFor();
  await page.keyboard.type(address);
  await page.keyboard.press('Enter');
  await page.locator('#code-input:focus').waitFor();
  assert.equal(await page.locator('#inbox-link').getAttribute('href'), `${stage.pool.url}/inbox`);
  await page.keyboard.type(await stage.pool.inbox.code(address));
  await page.keyboard.press('Enter');
  await page.locator('#session-title:focus').waitFor();
  await signedInAs(page, address);
});

/** @param {import('playwright-core').BrowserContextOptions} options */
async function openApp(options) {
  const page = await stage.openPage(served.url, options);
  await page.locator('#email').waitFor();
  return page;
}

/** @param {import('playwright-core').Page} page @param {string} address */
async function createAccount(page, address) {
  await page.getByRole('radio', { name: 'Create account' }).check();
  await page.getByLabel('E-mail address').fill(address);
  await page.getByRole('button', { name: 'Create my account' }).click();
  await page.getByLabel('Code').waitFor();
}

/** @param {import('playwright-core').Page} page @param {string} address */
async function askForCode(page, address) {
  await page.getByRole('radio', { name: 'Sign in' }).check();
  await page.getByLabel('E-mail address').fill(address);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByLabel('Code').waitFor();
}

/** @param {import('playwright-core').Page} page @param {string} code */
async function typeCode(page, code) {
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** @param {import('playwright-core').Page} page @param {string} address */
async function signedInAs(page, address) {
  await page.locator('#session-email', { hasText: address }).waitFor();
  await page.locator('body:not([aria-busy])').waitFor();
  const idToken = await page.locator('#id-token').innerText();
  const accessToken = await page.locator('#access-token').innerText();
  assert.match(idToken, /email_verified\s+true/);
  assert.ok(idToken.includes(stage.pool.issuer));
  assert.ok(accessToken.includes(stage.pool.clientId));
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function look(page, name) {
  await takePicture(page, name);
  await checkAccessibility(page);
}
