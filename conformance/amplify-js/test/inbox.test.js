// The inbox of `poolhouse dev`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectComplaints, look } from '../harness/page-checks.js';
import { setExampleStage } from '../harness/stage.js';

const stage = await setExampleStage();

test('the inbox shows messages as they come, the newest on top', async () => {
  const page = await openInbox('light');
  const complaints = collectComplaints(page);
  await look(page, 'inbox-empty');
  const [first, second] = [stage.newAddress('first'), stage.newAddress('second')];
  for (const address of [first, second]) {
    await signUp(address);
    const { code } = await stage.pool.inbox.next(address);
    await page.getByText(code).first().waitFor();
    await page.getByText(address).first().waitFor();
  }
  const text = await page.innerText('body');
  assert.ok(text.indexOf(second) < text.indexOf(first), 'the newest message should be on top');
  await look(page, 'inbox-light');
  assert.deepEqual(complaints, []);

  const dark = await openInbox('dark');
  await dark.getByText(second).first().waitFor();
  await look(dark, 'inbox-dark');
});

test('an address with markup in it is refused, and never in the inbox', async () => {
  const { status } = await signUp('"<img/src/onerror=document.title=1>"@example.com');
  assert.equal(status, 400);
  const page = await openInbox('light');
  assert.equal(await page.getByText('onerror').count(), 0);
});

/** @param {'light' | 'dark'} colorScheme */
function openInbox(colorScheme) {
  return stage.openPage(`${stage.pool.url}/inbox`, { colorScheme, viewport: { width: 1200, height: 900 } });
}

/** @param {string} address */
function signUp(address) {
  const attributes = Object.entries({ email: address, ...stage.also });
  return stage.pool.call('SignUp', {
    ClientId: stage.pool.clientId,
    Username: address,
    UserAttributes: attributes.map(([Name, Value]) => ({ Name, Value })),
  });
}
