// Somebody at the home page of `poolhouse dev`, who tries it.
import assert from 'node:assert/strict';
import { plugIn } from './device.js';
import { collectComplaints, look } from './page-checks.js';

/**
 * Opens the home page in a browser with a device.
 * @param {import('./stage.js').Stage} stage
 * @param {{ colorScheme?: 'light' | 'dark', url?: string }} [options]
 */
export async function visit(stage, { colorScheme = 'light', url = stage.pool.url } = {}) {
  const page = await stage.openPage(url, { colorScheme, viewport: { width: 1200, height: 900 } });
  return new Visitor(stage, page, await plugIn(page));
}

export class Visitor {
  /**
   * @param {import('./stage.js').Stage} stage
   * @param {import('playwright-core').Page} page
   * @param {import('./device.js').Device} device
   */
  constructor(stage, page, device) {
    this.stage = stage;
    this.page = page;
    this.device = device;
    this.complaints = collectComplaints(page);
  }

  /** Types a name and goes on. @param {string} name */
  async enter(name) {
    await this.page.fill('#try-name', name);
    await this.page.click('#try-start');
  }

  /** Types the code that comes to an address or number. @param {string} to */
  async typeCode(to) {
    await this.page.fill('#try-code', await this.stage.pool.inbox.code(to));
    await this.page.click('#try-confirm');
  }

  /** Signs up, or in with the only way that there is. @param {string} name */
  async signIn(name) {
    await this.enter(name);
    await this.typeCode(name);
    await this.signedIn(name);
  }

  /** Signs up as somebody new, and says as whom. */
  async signUp() {
    const address = this.stage.newAddress('visitor');
    await this.signIn(address);
    return address;
  }

  /** Waits until the page says who it is. @param {string} name */
  async signedIn(name) {
    await this.page.locator('#try-who:visible', { hasText: name }).waitFor();
    await this.settled();
  }

  async addPasskey() {
    await this.page.getByRole('button', { name: 'Add a passkey' }).click();
    await this.page.locator('.passkey').waitFor();
    await this.settled();
  }

  /** Picks one of the ways to sign in. @param {'A code by e-mail' | 'A code by text message' | 'A passkey' | 'A password'} way */
  async choose(way) {
    await this.page.getByRole('button', { name: way, exact: true }).click();
  }

  async signOut() {
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await this.page.locator('#try-result').waitFor({ state: 'hidden' });
    await this.settled();
  }

  /** Waits until nothing is going on. */
  async settled() {
    await this.page.locator('#try:not([aria-busy="true"])').waitFor();
  }

  /** @param {string} picture */
  async look(picture) {
    await this.settled();
    await look(this.page, picture);
  }

  /** Goes from control to control until one is called so. @param {string} name */
  async tabTo(name) {
    for (let presses = 0; presses < 20; presses += 1) {
      await this.page.keyboard.press('Tab');
      if ((await this.page.locator(':focus').innerText()).includes(name)) return;
    }
    assert.fail(`the keyboard did not get to ${name}`);
  }
}
