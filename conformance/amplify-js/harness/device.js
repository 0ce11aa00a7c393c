// What somebody keeps passkeys on: one of Chromium's virtual authenticators.

/**
 * @typedef {{ protocol: 'ctap2', transport: 'internal' | 'usb', hasResidentKey: boolean, hasUserVerification: boolean, isUserVerified: boolean, automaticPresenceSimulation: boolean }} Options
 */

/** A phone or laptop whose owner always says yes. @type {Options} */
const OWN_DEVICE = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

/**
 * Gives a page's browser a device, for as long as the page lives.
 * @param {import('playwright-core').Page} page
 * @param {Partial<Options>} [options]
 */
export async function plugIn(page, options) {
  const browser = await page.context().newCDPSession(page);
  await browser.send('WebAuthn.enable');
  const device = new Device(browser);
  await device.add(options);
  return device;
}

export class Device {
  #id = '';

  /** @param {import('playwright-core').CDPSession} browser */
  constructor(browser) {
    this.browser = browser;
  }

  /** @param {Partial<Options>} [options] */
  async add(options) {
    const added = await this.browser.send('WebAuthn.addVirtualAuthenticator', { options: { ...OWN_DEVICE, ...options } });
    this.#id = added.authenticatorId;
  }

  /** Takes the device away, its passkeys with it, and puts another in its place. @param {Partial<Options>} [options] */
  async exchange(options) {
    await this.browser.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.#id });
    await this.add(options);
  }

  /** Whether the owner says yes from now on, or nothing at all. @param {boolean} enabled */
  async consent(enabled) {
    await this.browser.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: this.#id, enabled });
  }

  /** How many passkeys there are on it. */
  async count() {
    const { credentials } = await this.browser.send('WebAuthn.getCredentials', { authenticatorId: this.#id });
    return credentials.length;
  }
}
