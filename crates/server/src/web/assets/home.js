// Try it: somebody signs in with this page, by the pool's own API.

import { announce, element, onInboxChange, showInboxCount } from './page.js';
import { Pool, signOut, start } from './cognito.js';
import { decode, tokenArticle } from './claims.js';

const part = (name) => document.getElementById(`try-${name}`);
const card = document.getElementById('try');
const pool = new Pool(card.dataset.clientId, logCall);

/** How long to wait for a new mail before the last one counts: it does if it was sent a moment ago. */
const PATIENCE_MS = 1500;

/** What the next code is for. */
let step;
/** Who is signing in. */
let email;
/** `sent_at` of the newest mail before this sign-in began; nothing once patience is over. */
let seen;
let patience;

async function messages(to) {
  const query = to ? `?to=${encodeURIComponent(to)}` : '';
  const answer = await fetch(`/inbox/messages${query}`, { cache: 'no-store' });
  return answer.ok ? answer.json() : [];
}

async function refresh() {
  try {
    showInboxCount((await messages()).length);
    await showMail();
  } catch {
    // The pool is down; it is asked again when it is back.
  }
}

async function showMail() {
  if (!step) return;
  const [mail] = await messages(email);
  if (!step || !mail?.code || mail.sent_at === seen) return;
  const use = element('button', { type: 'button', class: 'primary', id: 'try-use' }, 'Use this code');
  use.addEventListener('click', () => {
    part('code').value = mail.code;
    part('code-form').requestSubmit();
  });
  part('mail').replaceChildren(
    element('p', { class: 'note' }, 'In the inbox: ', element('strong', {}, mail.subject || mail.to)),
    element('p', { class: 'line' }, element('span', { class: 'digits' }, mail.code), use),
  );
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
    if (step) part('code').select();
  } finally {
    card.ariaBusy = 'false';
  }
}

function go(next) {
  step = next.tokens ? undefined : next;
  part('start-form').hidden = true;
  part('code-form').hidden = !step;
  if (step) {
    part('sent').textContent = `A code is on its way to ${step.destination}.`;
    part('code').focus();
    void refresh();
  } else {
    showTokens(next.tokens);
  }
}

function goBack() {
  step = undefined;
  card.classList.remove('signed-in');
  part('code-form').hidden = true;
  part('result').hidden = true;
  part('result').replaceChildren();
  part('error').replaceChildren();
  part('start-form').hidden = false;
  part('email').focus();
}

function showTokens(tokens) {
  const leave = element('button', { type: 'button', class: 'secondary', id: 'try-sign-out' }, 'Sign out');
  leave.addEventListener('click', () =>
    working(async () => {
      await signOut(pool, tokens);
      goBack();
      announce('You are signed out, and the refresh token is revoked.');
    }),
  );
  const who = decode(tokens.IdToken).claims;
  part('result').replaceChildren(
    element(
      'div',
      { class: 'signed' },
      element('p', {}, 'Signed in as ', element('strong', {}, who.email ?? who.sub)),
      leave,
    ),
    element(
      'div',
      { class: 'tokens' },
      tokenArticle('try-id-token', 'ID token', 'Who signed in. For your app.', tokens.IdToken),
      tokenArticle('try-access-token', 'Access token', 'What they may do. For your API.', tokens.AccessToken),
    ),
  );
  card.classList.add('signed-in');
  part('result').hidden = false;
  part('result').focus();
}

function listen() {
  part('start-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void working(async () => {
      email = part('email').value.trim();
      clearTimeout(patience);
      [{ sent_at: seen } = {}] = await messages(email);
      part('calls').replaceChildren();
      part('mail').replaceChildren(element('p', { class: 'note' }, 'Waiting for the mail…'));
      part('code-form').reset();
      go(await start(pool, email));
      patience = setTimeout(() => {
        seen = undefined;
        void refresh();
      }, PATIENCE_MS);
    });
  });
  part('code-form').addEventListener('submit', (event) => {
    event.preventDefault();
    void working(async () => go(await step.confirm(part('code').value.trim())));
  });
  part('resend').addEventListener('click', () =>
    working(async () => {
      go(await step.resend());
      announce('If a code was sent a moment ago it still counts; else a new one is on its way.');
    }),
  );
  part('back').addEventListener('click', goBack);
}

if (part('start-form')) listen();
onInboxChange(refresh);
