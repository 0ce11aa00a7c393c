// What every page that we show to people is held to.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { artefacts } from './poolhouse.js';

/** Takes pictures of a page, wide and narrow, and holds it to what every page is held to. @param {import('playwright-core').Page} page @param {string} name */
export async function look(page, name) {
  await takePicture(page, name);
  await checkAccessibility(page);
  await checkNarrow(page, name);
}

/** Takes a picture for people to look at. @param {import('playwright-core').Page} page @param {string} name */
export async function takePicture(page, name) {
  await mkdir(artefacts, { recursive: true });
  await page.screenshot({ path: join(artefacts, `${name}.png`), fullPage: true, animations: 'disabled' });
}

/** Holds a page to WCAG 2.2 AA, as far as a program can. @param {import('playwright-core').Page} page */
async function checkAccessibility(page) {
  await page.evaluate(axe.source); // not as a script tag, which a page's policy may forbid
  /** @type {import('axe-core').AxeResults} */
  const results = await page.evaluate(() =>
    /** @type {any} */ (window).axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  const found = results.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target).join(' ')}`);
  assert.deepEqual(found, []);
}

/**
 * Holds a page to fitting a narrow screen (WCAG 2.2, reflow: 320 px), with a picture of that.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
async function checkNarrow(page, name) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  const wide = await page.evaluate(() => {
    const over = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > 320.5 && !each.closest('pre'));
    return document.documentElement.scrollWidth > 320 ? over.slice(0, 5).map((each) => each.outerHTML.slice(0, 80)) : [];
  });
  await takePicture(page, `${name}-narrow`);
  assert.deepEqual(wide, []);
  await page.setViewportSize(before ?? { width: 1200, height: 900 });
}

/** Collects what a page complains about: exceptions, and resources that it cannot have. @param {import('playwright-core').Page} page */
export function collectComplaints(page) {
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') {
      complaints.push(`${request.url()}: ${why}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() === 404) {
      complaints.push(`${response.url()}: 404`);
    }
  });
  return complaints;
}
