// A link in a mail, followed in the example app: it signs in on the browser that asked for it, and nowhere else.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { serveExample } from '../harness/example-app.js';
import { ExampleUser } from '../harness/example-user.js';
import { collectComplaints, look } from '../harness/page-checks.js';
import { setExampleStage } from '../harness/stage.js';

const stage = await setExampleStage();

const served = await serveExample(stage.project);
after(() => served.close());
await writeFile(join(stage.project, 'poolhouse.toml'), `messages.link = ${JSON.stringify(served.url)}\n`);
await stage.restart();

/** Somebody who waits for a mail to sign in with, and the link in that. */
async function waiting() {
  const { address } = await stage.member();
  const user = await ExampleUser.open(stage, served.url);
  await user.askToSignIn(address);
  await user.choose('A code by e-mail');
  await user.page.getByLabel('Code', { exact: true }).waitFor();
  const mail = await stage.pool.inbox.next(address);
  const { link = '' } = mail;
  assert.equal(link, `${served.url}#code=${mail.code}`);
  assert.ok(mail.text.includes(link));
  return { address, user, link, code: mail.code };
}

test('a link signs in on another tab, although scanners opened it before', async () => {
  const { address, user, link } = await waiting();
  for (let scan = 0; scan < 2; scan += 1) {
    assert.equal((await fetch(link)).status, 200);
    const scanner = await stage.openPage(link); // with a browser of its own, scripts and all
    await scanner.getByRole('alert').filter({ hasText: 'only in the browser where you asked' }).waitFor();
    await scanner.context().close();
  }

  const opened = await user.page.context().newPage();
  const complaints = collectComplaints(opened);
  /** @type {string[]} */
  const asked = [];
  opened.on('request', (request) => asked.push(request.url()));
  await opened.goto(link);
  await new ExampleUser(stage, opened).signedInAs(address);
  assert.equal(opened.url(), served.url, 'the code is no longer in the address bar');
  assert.ok(asked.every((url) => !url.includes('code=')), 'nor did it go anywhere in an address');
  assert.deepEqual(complaints, []);

  await user.signedInAs(address); // the tab that waited has heard of it
  await opened.reload();
  await new ExampleUser(stage, opened).signedInAs(address);
});

test('another browser is told where the link works, and the code can be typed there', async () => {
  const { address, user, link, code } = await waiting();
  const other = await stage.openPage(link);
  await other.getByRole('alert').filter({ hasText: `type this code there: ${code}` }).waitFor();
  assert.equal(other.url(), served.url);
  await look(other, 'example-link-elsewhere');
  assert.equal(await other.evaluate(() => localStorage.length), 0);

  await user.typeCode(code);
  await user.signedInAs(address);
});

test('a link that was used is spent', async () => {
  const { address, user, link } = await waiting();
  await user.page.goto(link); // in the very tab that waits
  await user.signedInAs(address);
  await user.signOut();
  await user.page.goto(link);
  await user.page.getByRole('alert').filter({ hasText: 'only in the browser where you asked' }).waitFor();
  await user.page.locator('#username:visible').waitFor();
});

test('an older link says what is wrong, and the newer code still signs in', async () => {
  const { address, user, link, code } = await waiting();
  const wrong = code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
  const opened = await user.page.context().newPage();
  await opened.goto(link.replace(code, wrong));
  await opened.getByRole('alert').filter({ hasText: 'That is not the code.' }).waitFor();
  await user.typeCode(code);
  await user.signedInAs(address);
});

test('the inbox of dev has the link to follow', async () => {
  const { address, user, link } = await waiting();
  const inbox = await user.page.context().newPage();
  await inbox.goto(`${stage.pool.url}/inbox?to=${encodeURIComponent(address)}`);
  const follow = inbox.getByRole('link', { name: 'Follow the link' });
  assert.equal(await follow.getAttribute('href'), link);
  await look(inbox, 'inbox-link');
  const opening = inbox.context().waitForEvent('page');
  await follow.click();
  await new ExampleUser(stage, await opening).signedInAs(address);
});
