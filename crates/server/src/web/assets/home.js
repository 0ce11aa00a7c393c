// Try it: somebody signs in with this page, by the pool's own API.

import { announce, element, onInboxChange, showInboxCount } from './page.js';
import { contactOf, Pool, signOut, start, startWithPassword, startWithoutName } from './cognito.js';
import { showAccount } from './account.js';
import { fillsInPasskeys, fits, obstacle } from './passkeys.js';

const part = (name) => document.getElementById(`try-${name}`);
const card = document.getElementById('try');
const { endpoint, relyingParty } = card.dataset;
const pool = new Pool(card.dataset, ways(), logCall);

/** How long to wait for a new message before the last one counts: it does if it was sent a moment ago. */
const PATIENCE_MS = 1500;

/** How long an offer of passkeys holds: a Session lasts three minutes at least. */
const OFFER_MS = 150_000;

/** What the person does next. */
let step;
/** As it was typed. */
let username;
/** When the newest message before this step was sent; nothing once patience is over. */
let seen;
let patience;
/** Ends the offer of passkeys in the browser's list of names. */
let offer = new AbortController();

/** The first factors that the pool has and this page can answer, opened as it is. */
function ways() {
  const all = Array.from(card.querySelectorAll('[data-way]'), (button) => button.dataset.way);
  return relyingParty && obstacle(relyingParty) ? all.filter((way) => way !== 'WEB_AUTHN') : all;
}

async function messages() {
  const answer = await fetch('/inbox/messages', { cache: 'no-store' });
  return answer.ok ? answer.json() : [];
}

async function refresh() {
  try {
    const all = await messages();
    showInboxCount(all.length);
    showMessage(all);
  } catch {
    // The pool is down; it is asked again when it is back.
  }
}

function showMessage(all) {
  if (!step?.destination) return;
  const isMeant = addressee(step.destination);
  const message = all.find(({ to }) => isMeant(to));
  if (!message?.code || new Date(message.sent_at) <= seen) return;
  const use = element('button', { type: 'button', class: 'primary', id: 'try-use' }, 'Use this code');
  use.addEventListener('click', () => {
    part('code').value = message.code;
    part('code-form').requestSubmit();
  });
  part('message').replaceChildren(
    element('p', { class: 'note' }, 'In the inbox: ', element('strong', {}, message.subject || message.text)),
    element('p', { class: 'line' }, element('span', { class: 'digits' }, message.code), use),
  );
}

/** Whether a message is to whom the masked `destination` means, who need not have typed that address. */
function addressee(destination) {
  const letters = destination.split(/\*+/).map((text) => text.replace(/\W/g, '\\$&'));
  const mask = new RegExp(`^${letters.join('.*')}$`, 'i');
  return mask.test(username) ? (to) => to.toLowerCase() === username.toLowerCase() : (to) => mask.test(to);
}

function logCall(operation, outcome, refused) {
  part('log').hidden = false;
  const kind = refused ? 'outcome refused' : 'outcome';
  part('calls').append(
    element('li', {}, element('code', {}, operation), ' ', element('span', { class: kind }, outcome)),
  );
}

/** Runs `work` with the card shut; what goes wrong is said. */
async function working(work) {
  if (card.ariaBusy === 'true') return;
  card.ariaBusy = 'true';
  part('error').replaceChildren();
  try {
    await work();
  } catch (error) {
    const text = error instanceof TypeError ? 'The pool does not answer. Is it still running?' : error.message;
    part('error').append(text, ' ');
    if (error.name.endsWith('Exception')) part('error').append(element('code', {}, error.name));
    if (step?.confirm) part('code').select();
    if (step?.prove) part('password').select();
  } finally {
    card.ariaBusy = 'false';
  }
}

/** Takes the step that `ask` leads to: a message that is there already is not what it sends. */
async function take(ask) {
  clearTimeout(patience);
  const [newest] = await messages();
  seen = newest && new Date(newest.sent_at);
  await go(await ask());
  patience = setTimeout(() => {
    seen = undefined;
    void refresh();
  }, PATIENCE_MS);
}

async function go(next) {
  step = next;
  show(next.tokens ? 'result' : next.ways ? 'choose-form' : next.prove ? 'password-form' : 'code-form');
  if (next.tokens) {
    card.classList.add('signed-in');
    part('sign-out').onclick = () => working(() => leave(next.tokens));
    part('result').focus();
    await showAccount(pool, next.tokens, working);
  } else if (next.ways) {
    for (const button of card.querySelectorAll('[data-way]')) button.hidden = !next.ways.includes(button.dataset.way);
    part('choose-form').querySelector('button:not([hidden])').focus();
    part('error').append(next.trouble ?? '');
  } else if (next.prove) {
    part('password-form').reset();
    part('whose').textContent = username;
    part('policy').hidden = !next.isNew;
    part('password').focus();
  } else {
    const what = next.medium === 'SMS' ? 'text message' : 'mail';
    part('sent').textContent = `A code is on its way to ${next.destination}.`;
    part('message').replaceChildren(element('p', { class: 'note' }, `Waiting for the ${what}…`));
    part('code-form').reset();
    part('code').focus();
    void refresh();
  }
}

async function choose(way) {
  try {
    await take(() => step.choose(way));
  } catch (error) {
    // What was chosen was refused: the Session is spent.
    if (error.name === 'NotAuthorizedException') goBack();
    throw error;
  }
}

function show(shown) {
  const forms = ['start-form', 'choose-form', 'password-form', 'code-form', 'result'];
  for (const name of forms) if (part(name)) part(name).hidden = name !== shown;
}

async function leave(tokens) {
  await signOut(pool, tokens);
  goBack();
  announce('You are signed out, and the refresh token is revoked.');
}

function goBack() {
  step = undefined;
  card.classList.remove('signed-in');
  part('error').replaceChildren();
  show('start-form');
  part('name').focus();
  void offerPasskeys();
}

/** Begins a sign-in: of what was said before, only `calls` belong to it. */
function begin(ask, calls = []) {
  offer.abort();
  part('calls').replaceChildren();
  for (const call of calls) logCall(...call);
  return working(() => take(ask));
}

/** Puts passkeys among the names that the browser fills in, until somebody begins to sign in. */
async function offerPasskeys() {
  if (!part('no-name') || !pool.ways.includes('WEB_AUTHN') || !(await fillsInPasskeys())) return;
  offer.abort();
  offer = new AbortController();
  const { signal } = offer;
  const renewal = setTimeout(offerPasskeys, OFFER_MS);
  signal.addEventListener('abort', () => clearTimeout(renewal));
  const calls = [];
  const quiet = new Pool(card.dataset, pool.ways, (...call) => calls.push(call));
  try {
    const next = await startWithoutName(quiet, { mediation: 'conditional', signal });
    await begin(() => next, calls);
  } catch (error) {
    // With one call nobody picked a passkey, and nobody has to hear of it.
    if (!signal.aborted && calls.length > 1) void begin(() => Promise.reject(error), calls);
  }
}

/** A phone number as the pool takes it, however it is spaced. */
function spelt(text) {
  const name = text.trim();
  return name.startsWith('+') ? name.replaceAll(/[\s().-]/g, '') : name;
}

/** What a new account has besides its name. */
function others() {
  const fields = Array.from(card.querySelectorAll('.also input:enabled'));
  const attributes = fields.map((field) => ({ Name: field.name, Value: spelt(field.value) }));
  return attributes.filter(({ Value }) => Value);
}

/** What was typed as the name need not be given again. */
function askForOthers() {
  for (const field of card.querySelectorAll('.also')) {
    const input = field.querySelector('input');
    input.disabled = input.name === contactOf(part('name').value);
    field.hidden = input.disabled;
  }
}

function listen() {
  part('start-form').addEventListener('submit', (event) => {
    event.preventDefault();
    username = spelt(part('name').value);
    const starts = event.submitter?.id === 'try-with-password' ? startWithPassword : start;
    void begin(() => starts(pool, username, others()));
  });
  part('password-form')?.addEventListener('submit', (event) => {
    event.preventDefault();
    void working(() => take(() => step.prove(part('password').value)));
  });
  part('name').addEventListener('input', askForOthers);
  askForOthers();
  part('no-name')?.addEventListener('click', () => begin(() => startWithoutName(pool)));
  part('choose-form').addEventListener('click', ({ target }) => {
    const way = target.closest('[data-way]')?.dataset.way;
    if (way) void working(() => choose(way));
  });
  part('code-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void working(() => take(() => step.confirm(part('code').value.trim())));
  });
  part('resend').addEventListener('click', () =>
    working(async () => {
      await take(() => step.resend());
      announce('If a code was sent a moment ago it still counts; else a new one is on its way.');
    }),
  );
  for (const back of card.querySelectorAll('[data-back]')) back.addEventListener('click', goBack);
  if (relyingParty) explainObstacle();
  void offerPasskeys();
}

function explainObstacle() {
  const why = obstacle(relyingParty);
  if (!why) return;
  part('no-passkey').replaceChildren(why);
  if (!fits(location.hostname, relyingParty) && fits(new URL(endpoint).hostname, relyingParty)) {
    part('no-passkey').append(' ', element('a', { href: endpoint }, 'Open it there'), '.');
  }
  part('no-passkey').hidden = false;
  if (part('no-name')) part('no-name').hidden = true;
  if (part('or') && !part('with-password')) part('or').hidden = true;
}

if (part('start-form')) listen();
onInboxChange(refresh);
