// The pages that `poolhouse dev` shows: home, with a sign-in to try, and the inbox.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAccessibility, collectComplaints, takePicture } from '../harness/page-checks.js';
import { setStage } from '../harness/stage.js';

const stage = await setStage();

test('the home page signs somebody up and in', async () => {
  const page = await openPage('/', 'light');
  const complaints = collectComplaints(page);
  const text = await page.innerText('body');
  for (const fact of [stage.pool.clientId, stage.pool.outputs.Auth.Cognito.userPoolId]) {
    assert.ok(text.includes(fact), `the page should say ${fact}`);
  }
  await takePicture(page, 'home-light');

  const address = stage.newAddress('visitor');
  await tryIt(page, address);
  const result = await page.innerText('#try-result');
  for (const fact of [address, 'access', stage.pool.issuer, 'origin_jti', 'email_otp']) {
    assert.ok(result.includes(fact), `the decoded tokens should say ${fact}, got ${result}`);
  }
  await takePicture(page, 'home-signed-in');
  await checkAccessibility(page);
  assert.deepEqual(complaints, []);
});

test('the home page signs in somebody who has an account', async () => {
  const { address } = await stage.member();
  const page = await openPage('/', 'dark');
  await takePicture(page, 'home-dark');
  await checkAccessibility(page);
  await tryIt(page, address);
  assert.ok((await page.innerText('#try-result')).includes(address));
});

test('the home page says when a code is wrong, and takes the right one', async () => {
  const page = await openPage('/', 'light');
  const address = stage.newAddress('visitor');
  await page.fill('#try-email', address);
  await page.click('#try-start');
  const code = await stage.pool.inbox.code(address);
  await page.fill('#try-code', code === '000000' ? '000001' : '000000');
  await page.click('#try-confirm');
  await page.getByText('Invalid verification code provided, please try again.').waitFor();
  await page.fill('#try-code', code);
  await page.click('#try-confirm');
  await page.locator('#try-result', { hasText: address }).waitFor();
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
  await takePicture(page, 'inbox-light');
  await checkAccessibility(page);
  assert.deepEqual(complaints, []);

  const dark = await openPage('/inbox', 'dark');
  await dark.getByText(second).first().waitFor();
  await takePicture(dark, 'inbox-dark');
  await checkAccessibility(dark);
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

/**
 * Fills in the *Try it* form, up to the decoded tokens.
 * @param {import('playwright-core').Page} page
 * @param {string} address
 */
async function tryIt(page, address) {
  await page.fill('#try-email', address);
  await page.click('#try-start');
  await page.fill('#try-code', await stage.pool.inbox.code(address));
  await page.click('#try-confirm');
  await page.locator('#try-result', { hasText: address }).waitFor();
}

/** @param {string} address */
function signUp(address) {
  return stage.pool.call('SignUp', {
    ClientId: stage.pool.clientId,
    Username: address,
    UserAttributes: [{ Name: 'email', Value: address }],
  });
}
