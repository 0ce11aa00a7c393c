// The <Authenticator> of @aws-amplify/ui-react, as it is published, by clicking.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { plugIn } from '../harness/device.js';
import { takePicture } from '../harness/page-checks.js';
import { serveSite } from '../harness/site.js';
import { setExampleStage, setStage } from '../harness/stage.js';

/** @typedef {import('../authenticator/authenticator.js').Passwordless} Passwordless */

const stage = await setStage('{ email: { otpLogin: true }, webAuthn: true }');
const site = await serveSite('authenticator');
after(() => site.close());

/** Codes by mail, and a word for passkeys whenever somebody has none: what the documentation recommends. @type {Passwordless} */
const RECOMMENDED = { preferredAuthMethod: 'EMAIL_OTP', passkeyRegistrationPrompts: true };

test('somebody signs up by a code, accepts a passkey, and signs in with it', async () => {
  const { page, address } = await newcomer(RECOMMENDED);
  await createAccount(page, address);
  await page.getByRole('button', { name: 'Create a Passkey' }).waitFor();
  await takePicture(page, 'authenticator-passkey-prompt');
  await page.getByRole('button', { name: 'Create a Passkey' }).click();
  await page.getByText('Passkey created successfully!').waitFor();
  await page.locator('.amplify-authenticator__passkey-credential-item').waitFor();
  await takePicture(page, 'authenticator-passkey-created');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await greeted(page, address, ['email_otp']);

  await signOut(page);
  await otherWays(page, address);
  await takePicture(page, 'authenticator-other-ways');
  await page.getByRole('button', { name: 'Sign In with Passkey' }).click();
  await greeted(page, address, ['swk']);

  await page.reload();
  await show(page, RECOMMENDED);
  await greeted(page, address, ['swk']);
});

test('whoever does without a passkey is asked again after the next sign-in', async () => {
  const { page, address } = await newcomer(RECOMMENDED);
  await createAccount(page, address);
  await page.getByRole('button', { name: 'Continue without a Passkey' }).click();
  await greeted(page, address, ['email_otp']);

  await signOut(page);
  await page.getByLabel('Email', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Sign In with Email' }).click();
  await typeCode(page, address);
  await page.getByRole('button', { name: 'Create a Passkey' }).click();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await greeted(page, address, ['email_otp']);

  await signOut(page);
  await page.getByLabel('Email', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Sign In with Email' }).click();
  await typeCode(page, address);
  await greeted(page, address, ['email_otp']); // there is one: nobody asks
});

test('an account with an address and a number signs in by text message, too', async () => {
  const all = await setExampleStage();
  const { page, address } = await newcomer(RECOMMENDED, all);
  const number = all.newNumber();
  await page.getByRole('tab', { name: 'Create Account' }).click();
  await page.getByLabel('Email', { exact: true }).fill(address);
  await page.getByLabel('Phone Number', { exact: true }).fill(number.slice(2));
  await takePicture(page, 'authenticator-all-create');
  await page.getByRole('button', { name: 'Create account with Email OTP' }).click();
  await page.getByLabel('Confirmation Code').fill(await all.pool.inbox.code(address));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('button', { name: 'Create a Passkey' }).click();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await greeted(page, address, ['email_otp']);

  await signOut(page);
  await otherWays(page, address);
  await takePicture(page, 'authenticator-all-ways');
  await page.getByRole('button', { name: 'Sign In with SMS' }).click();
  await page.getByText('we texted to +*******').waitFor();
  await typeCode(page, number, all);
  await greeted(page, address, ['sms']);

  await signOut(page);
  await otherWays(page, address);
  await page.getByRole('button', { name: 'Sign In with Passkey' }).click();
  await greeted(page, address, ['swk']);
});

test('somebody signs up by text message where there are codes by mail as well', async () => {
  const all = await setExampleStage();
  const { page, address } = await newcomer(RECOMMENDED, all);
  const number = all.newNumber();
  await page.getByRole('tab', { name: 'Create Account' }).click();
  await page.getByLabel('Email', { exact: true }).fill(address); // the Authenticator blanks it
  await page.getByLabel('Phone Number', { exact: true }).fill(number.slice(2));
  await page.getByRole('button', { name: 'Create account with SMS OTP' }).click();
  await page.getByText('we texted to +*******').waitFor();
  await page.getByLabel('Confirmation Code').fill(await all.pool.inbox.code(number));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('button', { name: 'Continue without a Passkey' }).click();
  await greeted(page, number, ['sms']);
});

test('a pool of phone numbers: up, in by text message, and in by passkey', async () => {
  const phones = await setStage('{ phone: { otpLogin: true }, webAuthn: true }');
  const { page } = await newcomer({ preferredAuthMethod: 'SMS_OTP', passkeyRegistrationPrompts: { afterSignin: 'ALWAYS' } }, phones);
  const number = phones.newNumber();
  await page.getByRole('tab', { name: 'Create Account' }).click();
  await page.getByLabel('Phone Number', { exact: true }).fill(number.slice(2));
  await page.getByRole('button', { name: 'Create account with SMS OTP' }).click();
  await page.getByLabel('Confirmation Code').fill(await phones.pool.inbox.code(number));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await greeted(page, number, ['sms']);

  await signOut(page);
  await page.getByLabel('Phone Number', { exact: true }).fill(number.slice(2));
  await takePicture(page, 'authenticator-phone');
  await page.getByRole('button', { name: 'Sign In with SMS' }).click();
  await typeCode(page, number, phones);
  await page.getByRole('button', { name: 'Create a Passkey' }).click();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await greeted(page, number, ['sms']);

  // Not by "Other sign-in options": this Authenticator forgets the country of a number there.
  await signOut(page);
  await page.reload();
  await show(page, { preferredAuthMethod: 'WEB_AUTHN' }, phones);
  await page.getByLabel('Phone Number', { exact: true }).fill(number.slice(2));
  await page.getByRole('button', { name: 'Sign In with Passkey' }).click();
  await greeted(page, number, ['swk']);
});

test('an app may prefer passkeys', async () => {
  const { page, address } = await member();
  await page.reload();
  await show(page, { preferredAuthMethod: 'WEB_AUTHN' });
  await page.getByLabel('Email', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Sign In with Passkey' }).click();
  await greeted(page, address, ['swk']);
});

test('the dialog of the passkey is closed, and a code by mail signs in', async () => {
  const { page, address, device } = await member();
  // A device without the passkey ends the dialog as a person does who closes it.
  await device.exchange({});
  await otherWays(page, address);
  await page.getByRole('button', { name: 'Sign In with Passkey' }).click();
  await page.getByText('Passkey authentication was canceled.').waitFor();
  await takePicture(page, 'authenticator-canceled');
  await page.getByRole('button', { name: 'Sign In with Email' }).click();
  await typeCode(page, address);
  await greeted(page, address, ['email_otp']);
});

test('a code is wrong, another is asked for, and the right one signs up', async () => {
  const { page, address } = await newcomer({ preferredAuthMethod: 'EMAIL_OTP' });
  await fillInAccount(page, address);
  const code = await stage.pool.inbox.code(address);
  await page.getByLabel('Confirmation Code').fill(code === '000000' ? '000001' : '000000');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Invalid verification code provided, please try again.').waitFor();
  await page.getByRole('button', { name: 'Resend Code' }).click();
  await page.getByLabel('Confirmation Code').fill(code); // asked for again at once, it still counts
  await page.getByRole('button', { name: 'Confirm' }).click();
  await greeted(page, address, ['email_otp']);
});

test('an address that has an account signs up no more', async () => {
  const { address } = await member();
  const { page } = await newcomer(RECOMMENDED);
  await fillInAccount(page, address);
  await page.getByRole('alert').filter({ hasText: 'User already exists' }).waitFor();
});

/** @param {import('playwright-core').Page} page @param {Passwordless} passwordless the Authenticator's own property */
async function show(page, passwordless, on = stage) {
  await page.evaluate(
    ([outputs, passwordless]) => /** @type {any} */ (window).client.show(outputs, passwordless),
    /** @type {const} */ ([on.pool.outputs, passwordless]),
  );
}

/** Somebody who has the app open for the first time, in a browser with a device. @param {Passwordless} passwordless */
async function newcomer(passwordless, on = stage) {
  const page = await on.openPage(site.url.replace('127.0.0.1', 'localhost'));
  const device = await plugIn(page);
  await show(page, passwordless, on);
  return { page, device, address: on.newAddress() };
}

/** Somebody with a passkey, signed out. */
async function member() {
  const person = await newcomer(RECOMMENDED);
  await createAccount(person.page, person.address);
  await person.page.getByRole('button', { name: 'Create a Passkey' }).click();
  await person.page.getByRole('button', { name: 'Continue', exact: true }).click();
  await greeted(person.page, person.address, ['email_otp']);
  await signOut(person.page);
  return person;
}

/** @param {import('playwright-core').Page} page @param {string} address */
async function fillInAccount(page, address) {
  await page.getByRole('tab', { name: 'Create Account' }).click();
  await page.getByLabel('Email', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Create account with Email OTP' }).click();
}

/** @param {import('playwright-core').Page} page @param {string} address */
async function createAccount(page, address) {
  await fillInAccount(page, address);
  await page.getByLabel('Confirmation Code').fill(await stage.pool.inbox.code(address));
  await page.getByRole('button', { name: 'Confirm' }).click();
}

/** @param {import('playwright-core').Page} page @param {string} address */
async function otherWays(page, address) {
  await page.getByLabel('Email', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Other sign-in options' }).click();
}

/** The code of a sign-in. @param {import('playwright-core').Page} page @param {string} to */
async function typeCode(page, to, on = stage) {
  await page.getByLabel('Code *').fill(await on.pool.inbox.code(to));
  await page.getByRole('button', { name: 'Confirm' }).click();
}

/** @param {import('playwright-core').Page} page @param {string} who @param {string[]} amr how it was proved */
async function greeted(page, who, amr) {
  await page.getByRole('heading', { name: `Hello ${who}` }).waitFor();
  assert.deepEqual(JSON.parse(await page.innerText('#amr')), amr);
}

/** @param {import('playwright-core').Page} page */
async function signOut(page) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('tab', { name: 'Create Account' }).waitFor();
}
