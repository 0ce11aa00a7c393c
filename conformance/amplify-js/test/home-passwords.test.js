// The home page of `poolhouse dev` signs in with a password, which never leaves it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setExampleStage, setStage } from '../harness/stage.js';
import { visit } from '../harness/visitor.js';

const PASSWORD = 'Correct-h0rse';

const beside = await setExampleStage();
const alone = await setStage('{ email: true }');

/** Types a password and goes on. @param {import('../harness/visitor.js').Visitor} visitor @param {string} password */
async function typePassword({ page }, password) {
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('Password').press('Enter');
}

/** Hears all that the page says to the pool. @param {import('../harness/visitor.js').Visitor} visitor */
function overhear({ page }) {
  /** @type {string[]} */
  const heard = [];
  page.on('request', (request) => heard.push(request.postData() ?? ''));
  return heard;
}

test('somebody signs up with a password beside all other ways, and in with it', async () => {
  const visitor = await visit(beside);
  const { page } = visitor;
  const address = beside.newAddress('visitor');
  await page.fill('#try-name', address);
  await page.getByRole('button', { name: 'Use a password' }).click();
  await page.getByText(`${address}: for a new account, at least 8 characters`).waitFor();
  await visitor.look('home-password');

  await typePassword(visitor, 'short');
  await page.getByText('Password did not conform with policy: Password not long enough').waitFor();
  await typePassword(visitor, PASSWORD);
  await visitor.typeCode(address);
  await visitor.signedIn(address);

  await visitor.signOut();
  const heard = overhear(visitor);
  await visitor.enter(address);
  await page.getByRole('button', { name: 'A password' }).waitFor();
  await visitor.look('home-choose-password');
  await visitor.choose('A password');
  await page.locator('#try-password:focus').waitFor();
  assert.equal(await page.locator('#try-policy').isVisible(), false);
  await typePassword(visitor, `${PASSWORD}!`);
  await page.getByText('Incorrect username or password.').waitFor();
  await typePassword(visitor, PASSWORD);
  await visitor.signedIn(address);
  assert.match(await page.innerText('#try-result'), /amr\s+how it was proved\s+\["pwd"\]/);
  assert.ok(heard.some((said) => said.includes('PASSWORD_CLAIM_SIGNATURE')));
  assert.deepEqual(heard.filter((said) => said.includes(PASSWORD)), []);
  assert.deepEqual(visitor.complaints, []);
});

test('somebody with an account uses their password at once', async () => {
  const visitor = await visit(beside, { colorScheme: 'dark' });
  const { page } = visitor;
  const address = beside.newAddress('visitor');
  for (const isNew of [true, false]) {
    await page.fill('#try-name', address);
    await page.getByRole('button', { name: 'Use a password' }).click();
    if (isNew) await visitor.look('home-password-dark');
    await typePassword(visitor, PASSWORD);
    if (isNew) await visitor.typeCode(address);
    await visitor.signedIn(address);
    await visitor.signOut();
  }
});

test('who has no password is asked for something else', async () => {
  const { address } = await beside.member();
  const visitor = await visit(beside);
  await visitor.page.fill('#try-name', address);
  await visitor.page.getByRole('button', { name: 'Use a password' }).click();
  await typePassword(visitor, PASSWORD);
  await visitor.choose('A code by e-mail');
  await visitor.typeCode(address);
  await visitor.signedIn(address);
});

test('where there are passwords alone, one is asked for', async () => {
  const visitor = await visit(alone);
  const { page } = visitor;
  const text = await page.innerText('main');
  assert.match(text, /A password\s+at least 8 characters, with a-z, A-Z, 0-9, a symbol/);
  assert.doesNotMatch(text, /Use a password|A code/);
  await visitor.look('home-passwords-alone');
  const address = alone.newAddress('visitor');
  await visitor.enter(address);
  await typePassword(visitor, PASSWORD);
  await page.locator('#try-use').waitFor();
  await visitor.look('home-password-code');
  await page.click('#try-use');
  await visitor.signedIn(address);

  await visitor.signOut();
  await visitor.enter(address);
  await typePassword(visitor, 'Battery-5taple');
  await page.getByText('Incorrect username or password.').waitFor();
  await typePassword(visitor, PASSWORD);
  await visitor.signedIn(address);
  assert.deepEqual(visitor.complaints, []);
});

test('who signed up and never confirmed is sent a code again', async () => {
  const address = alone.newAddress('visitor');
  for (const visitor of [await visit(alone), await visit(alone)]) {
    await visitor.enter(address);
    await typePassword(visitor, PASSWORD);
    await visitor.page.locator('#try-use').waitFor();
  }
});
