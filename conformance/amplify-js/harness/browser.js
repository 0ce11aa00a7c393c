// Debian's Chromium, headless, told to keep to itself.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const executablePath = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium';

export async function launchBrowser() {
  if (!existsSync(executablePath)) {
    throw new Error(`there is no browser at ${executablePath}: install Debian's package chromium, or set CHROMIUM_BIN`);
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
