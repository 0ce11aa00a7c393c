// Texts of `poolhouse dev` at a message centre of somebody else's making.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { definition, newProject, removeProject, startPoolhouse } from '../../amplify-js/harness/poolhouse.js';
import { Centre, PASSWORD, SYSTEM_ID } from '../centre.js';

const DEFAULT_ALPHABET = 0;
const UCS2 = 8;

/** A pool that texts by way of `centre`, whose words for a new number are `words` (an expression; `code()` is in it); `more` is said of the sender. */
async function poolAt(centre, words, more = '') {
  const message = words ? `, verificationMessage: (code) => ${words}` : '';
  const project = await newProject(definition(`{ phone: { otpLogin: true${message} } }`));
  const settings = `[[sms.senders]]
kind = "smpp"
host = "127.0.0.1"
port = ${centre.port}
tls = "none"
system_id = "${SYSTEM_ID}"
password_file = "password"
from = "Acme"
${more}
`;
  await writeFile(join(project, 'poolhouse.toml'), settings);
  await writeFile(join(project, 'password'), PASSWORD, { mode: 0o600 });
  const pool = await startPoolhouse(project);
  after(async () => {
    await pool.stop();
    await removeProject(project);
  });
  return pool;
}

async function centre() {
  const started = await Centre.start();
  after(() => started.stop());
  return started;
}

async function signUp(pool, number) {
  const body = { ClientId: pool.clientId, Username: number, UserAttributes: [{ Name: 'phone_number', Value: number }] };
  const reply = await pool.call('SignUp', body);
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
}

async function confirm(pool, number, code) {
  const reply = await pool.call('ConfirmSignUp', { ClientId: pool.clientId, Username: number, ConfirmationCode: code });
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
}

test('a code arrives, and signs up', async () => {
  const smsc = await centre();
  const pool = await poolAt(smsc);
  await signUp(pool, '+12065550101');
  const text = await smsc.text();
  const { from, to, coding, messages } = text;
  assert.deepEqual({ from, to, coding, messages }, { from: 'Acme', to: '12065550101', coding: DEFAULT_ALPHABET, messages: 1 });
  const code = /^The verification code to your new account is (\d{6})$/.exec(text.text)[1];
  assert.equal(await pool.inbox.code('+12065550101'), code);
  await confirm(pool, '+12065550101', code);
  assert.ok(text.until > new Date(), `good until ${text.until}`);
});

test('receipts come back, and what was not delivered is told', async () => {
  const smsc = await centre();
  const pool = await poolAt(smsc);
  let said = '';
  const told = new Promise((resolve) => {
    pool.child.stderr.on('data', (chunk) => {
      said += chunk;
      if (said.includes('UNDELIV')) {
        resolve();
      }
    });
  });
  for (const [number, state, place] of [
    ['+12065550102', 'DELIVRD', 'short_message'],
    ['+12065550107', 'DELIVRD', 'message_payload'],
    ['+12065550103', 'UNDELIV', 'message_payload'],
  ]) {
    await signUp(pool, number);
    const text = await smsc.text();
    assert.equal(text.receipt, 1);
    const answer = await smsc.receipt(text, state, place);
    assert.deepEqual([answer.command, answer.command_status], ['deliver_sm_resp', 0]);
    assert.equal((await smsc.enquire(text)).command, 'enquire_link_resp');
  }
  await told;
  const lines = said.split('\n').filter((line) => line.includes('a text was taken and not delivered'));
  assert.equal(lines.length, 1, said);
  assert.doesNotMatch(said, /1206555/);
});

test('the whole alphabet, and its extension', async () => {
  const words = '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!"#¤%&()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà^{}[~]|€';
  const smsc = await centre();
  const pool = await poolAt(smsc, `\`${words} \${code()}\``);
  await signUp(pool, '+12065550104');
  const { text, coding, messages } = await smsc.text();
  assert.deepEqual([coding, messages], [DEFAULT_ALPHABET, 1]);
  assert.match(text, /\d{6}$/);
  assert.equal(text.slice(0, -7), words);
});

test('long texts are joined, in either alphabet', async () => {
  for (const [letter, coding, number] of [['é', DEFAULT_ALPHABET, '+12065550105'], ['я', UCS2, '+12065550106']]) {
    const smsc = await centre();
    const long = letter.repeat(130);
    const pool = await poolAt(smsc, `\`${long} \${code()} ${long}\``);
    await signUp(pool, number);
    const text = await smsc.text();
    assert.equal(text.coding, coding);
    assert.equal(text.messages, coding === UCS2 ? 4 : 2);
    const [before, code, behind] = text.text.split(' ');
    assert.deepEqual([before, behind], [long, long]);
    await confirm(pool, number, code);
  }
});

test('a centre of another alphabet is told which it is', async () => {
  for (const [alphabet, coding, number] of [['latin1', 3, '+12065550108'], ['ucs2', UCS2, '+12065550109']]) {
    const smsc = await centre();
    const pool = await poolAt(smsc, '`ça va @ {${code()}}`', `alphabet = "${alphabet}"`);
    await signUp(pool, number);
    const text = await smsc.text();
    assert.equal(text.coding, coding);
    assert.match(text.text, /^ça va @ \{\d{6}\}$/);
  }
});

test('who is asked to leave binds again with the next text', async () => {
  const smsc = await centre();
  const pool = await poolAt(smsc);
  let before;
  for (const number of ['+12065550110', '+12065550111']) {
    await signUp(pool, number);
    const text = await smsc.text();
    assert.notEqual(text.session, before);
    before = text.session;
    assert.equal((await smsc.unbind(text)).command, 'unbind_resp');
  }
});
