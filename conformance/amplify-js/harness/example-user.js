// What somebody does in the example app.
import assert from 'node:assert/strict';
import { plugIn } from './device.js';

/** What its field for the name is called. */
export const NAME = 'E-mail address or phone number';

export class ExampleUser {
  /**
   * @param {import('./stage.js').Stage} stage
   * @param {import('playwright-core').Page} page with the app open
   */
  constructor(stage, page) {
    this.stage = stage;
    this.page = page;
  }

  /**
   * Opens the app in a browser that was never used before.
   * @param {import('./stage.js').Stage} stage
   * @param {string} url of the app
   * @param {import('playwright-core').BrowserContextOptions} [options]
   */
  static async open(stage, url, options) {
    const page = await stage.openPage(url, options);
    await page.locator('#username').waitFor();
    return new ExampleUser(stage, page);
  }

  /** Creates an account for somebody new, in a browser with a device. */
  async become() {
    const address = this.stage.newAddress('member');
    await this.createAccount(address);
    await this.typeCode(await this.stage.pool.inbox.code(address));
    await this.signedInAs(address);
    return { address, device: await plugIn(this.page) };
  }

  /** @param {string} address */
  async createAccount(address) {
    await this.page.getByRole('radio', { name: 'Create account' }).check();
    await this.page.getByLabel(NAME).fill(address);
    await this.page.getByLabel('Phone number', { exact: true }).fill('+1 206 555 0100');
    await this.page.getByRole('button', { name: 'Create my account' }).click();
    await this.page.getByLabel('Code', { exact: true }).waitFor();
  }

  /** @param {string} name */
  async askToSignIn(name) {
    await this.page.getByRole('radio', { name: 'Sign in' }).check();
    await this.page.getByLabel(NAME).fill(name);
    await this.page.getByRole('button', { name: 'Continue' }).click();
    await this.page.locator('#start').waitFor({ state: 'hidden' });
  }

  /** Picks one of the ways to sign in. @param {'A code by e-mail' | 'A code by text message' | 'A passkey'} way */
  async choose(way) {
    await this.page.getByRole('button', { name: way, exact: true }).click();
  }

  /** @param {string} code */
  async typeCode(code) {
    await this.page.getByLabel('Code', { exact: true }).fill(code);
    await this.page.getByRole('button', { name: 'Continue' }).click();
  }

  async addPasskey() {
    await this.page.getByRole('button', { name: 'Add a passkey' }).click();
    await this.page.locator('#passkeys li').waitFor();
    await this.page.locator('body:not([aria-busy])').waitFor();
  }

  async signOut() {
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await this.page.getByText('You are signed out.').waitFor();
  }

  /** @param {string} who @param {string} [amr] how it was proved */
  async signedInAs(who, amr = 'email_otp') {
    await this.page.locator('#session-name:visible', { hasText: who }).waitFor();
    await this.page.locator('body:not([aria-busy])').waitFor();
    const idToken = await this.page.locator('#id-token').innerText();
    const accessToken = await this.page.locator('#access-token').innerText();
    assert.match(idToken, new RegExp(`amr\\s+${amr}`));
    assert.ok(idToken.includes(this.stage.pool.issuer));
    assert.ok(accessToken.includes(this.stage.pool.clientId));
  }
}
