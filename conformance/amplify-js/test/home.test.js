// The home page of `poolhouse dev`: what the pool is, and a sign-in to try.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setExampleStage, setStage } from '../harness/stage.js';
import { visit } from '../harness/visitor.js';

const stage = await setExampleStage();

test('the home page signs somebody up and in', async () => {
  const visitor = await visit(stage);
  const { page } = visitor;
  const text = await page.innerText('body');
  for (const fact of [stage.pool.clientId, stage.pool.outputs.Auth.Cognito.userPoolId]) {
    assert.ok(text.includes(fact), `the page should say ${fact}`);
  }
  await visitor.look('home-light');

  const address = await visitor.signUp();
  const result = await page.innerText('#try-result');
  for (const fact of [address, 'access', stage.pool.issuer, 'origin_jti', 'email_otp']) {
    assert.ok(result.includes(fact), `the decoded tokens should say ${fact}, got ${result}`);
  }
  await visitor.look('home-signed-in');
  assert.deepEqual(visitor.complaints, []);
});

test('the home page signs in somebody who has an account', async () => {
  const { address } = await stage.member();
  const visitor = await visit(stage, { colorScheme: 'dark' });
  await visitor.look('home-dark');
  await visitor.enter(address);
  await visitor.choose('A code by e-mail');
  await visitor.typeCode(address);
  await visitor.signedIn(address);
});

test('the home page signs somebody up and in by text message', async () => {
  const visitor = await visit(stage);
  const { page } = visitor;
  const number = stage.newNumber();
  await page.fill('#try-name', `${number.slice(0, 5)} ${number.slice(5)}`);
  await page.getByLabel('E-mail address for a new account').waitFor();
  await visitor.look('home-number');
  await page.click('#try-start');
  await page.locator('#try-use').waitFor();
  await visitor.look('home-text-code');
  await visitor.typeCode(number);
  await visitor.signedIn(number);
  assert.match(await page.innerText('#try-result'), /phone_number_verified\s+number proved\s+true/);

  await visitor.signOut();
  await visitor.enter(number);
  await visitor.choose('A code by text message');
  await visitor.typeCode(number);
  await visitor.signedIn(number);
  assert.deepEqual(visitor.complaints, []);
});

test('one account of the home page has all three ways', async () => {
  const visitor = await visit(stage);
  const { page, device } = visitor;
  const [address, number] = [stage.newAddress('visitor'), stage.newNumber()];
  await page.getByLabel('Phone number for a new account').fill(number);
  await visitor.signIn(address);
  await visitor.addPasskey();
  await device.consent(false);

  // The page finds the code of a text to a number that was not typed.
  await visitor.signOut();
  await visitor.enter(address);
  await visitor.look('home-choose-all');
  await visitor.choose('A code by text message');
  await page.click('#try-use');
  await visitor.signedIn(address);

  // Proved, the number is a name, too.
  await visitor.signOut();
  await visitor.enter(number);
  await visitor.choose('A code by e-mail');
  await page.click('#try-use');
  await visitor.signedIn(address);

  await visitor.signOut();
  await visitor.enter(number);
  await device.consent(true);
  await visitor.choose('A passkey');
  await visitor.signedIn(address);
});

test('the home page shows the code as it comes', async () => {
  const visitor = await visit(stage);
  const address = stage.newAddress('visitor');
  await visitor.enter(address);
  await visitor.page.locator('#try-use').waitFor();
  await visitor.look('home-code');
  await visitor.page.click('#try-use');
  await visitor.signedIn(address);
});

test('the home page says when a code is wrong, and takes the right one', async () => {
  const visitor = await visit(stage);
  const { page } = visitor;
  const address = stage.newAddress('visitor');
  await visitor.enter(address);
  const code = await stage.pool.inbox.code(address);
  await page.fill('#try-code', code === '000000' ? '000001' : '000000');
  await page.click('#try-confirm');
  await page.getByText('Invalid verification code provided, please try again.').waitFor();
  await page.fill('#try-code', code);
  await page.click('#try-confirm');
  await visitor.signedIn(address);
});

test('the keyboard is enough for the home page', async () => {
  const visitor = await visit(stage);
  const { page, device } = visitor;
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
  await visitor.tabTo('Add a passkey');
  await page.keyboard.press('Enter');
  await page.locator('[data-do="rename"]:focus').waitFor();
  await visitor.settled();
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

test('the home page shows what the pool has, and no more', async () => {
  const { page } = await visit(await setStage());
  await page.getByLabel('E-mail address', { exact: true }).waitFor();
  assert.doesNotMatch(await page.innerText('body'), /passkey|phone/i);
});
