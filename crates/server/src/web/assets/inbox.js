// The inbox, live: the page fetches itself anew and takes over the entries that it lacks.

import { announce, onInboxChange, showInboxCount, showTimes } from './page.js';

const list = document.getElementById('messages');
const filter = document.getElementById('inbox-filter');
const empty = document.getElementById('inbox-empty');
const problem = document.getElementById('inbox-error');
const title = document.title;

/** How many came while nobody looked. */
let unseen = 0;
/** The newest request for the page; an older answer is out of date. */
let latest = 0;

async function refresh() {
  const request = ++latest;
  try {
    const answer = await fetch('/inbox', { cache: 'no-store' });
    const text = await answer.text();
    if (request !== latest) return;
    if (!answer.ok) throw new Error(`The inbox answers ${answer.status}.`);
    const page = new DOMParser().parseFromString(text, 'text/html');
    merge([...page.getElementById('messages').children]);
    problem.textContent = '';
  } catch (error) {
    problem.textContent =
      error instanceof TypeError ? 'The pool does not answer. Is it still running?' : error.message;
  }
}

/** Entries that stay are not touched: one may have the focus, or its source open. */
function merge(fresh) {
  const known = new Map([...list.children].map((item) => [item.dataset.key, item]));
  const kept = new Set(fresh.map((item) => item.dataset.key));
  for (const [key, item] of known) if (!kept.has(key)) item.remove();
  let above = null;
  for (const item of fresh) {
    const old = known.get(item.dataset.key);
    const entry = old ?? document.importNode(item, true);
    if (!old) list.insertBefore(entry, above ? above.nextSibling : list.firstChild);
    if (!old && followed) arrive(entry);
    above = entry;
  }
  followed = true;
  showInboxCount(fresh.length);
  showTimes();
  applyFilter();
}

/** Whether the page has caught up once: what it lacks from then on has just come. */
let followed = false;

function arrive(entry) {
  entry.classList.add('new');
  const code = entry.querySelector('.code')?.dataset.copy;
  announce(`New message to ${entry.dataset.to}${code ? `: code ${code}` : ''}`);
  if (document.hidden) document.title = `(${++unseen}) ${title}`;
}

function applyFilter() {
  const wanted = filter.value.trim().toLowerCase();
  const entries = [...list.children];
  const address = (entry) => entry.dataset.to.toLowerCase();
  for (const entry of entries) entry.hidden = !address(entry).includes(wanted);
  empty.hidden = entries.some((entry) => !entry.hidden);
  empty.querySelector('h2').textContent = wanted ? `No messages to ${wanted}` : 'No messages yet';
  document.getElementById('inbox-all').hidden = !wanted;
  document.getElementById('inbox-clear').disabled = entries.length === 0;
  // The server knows whole addresses only.
  const whole = entries.some((entry) => address(entry) === wanted);
  history.replaceState(null, '', whole ? `?to=${encodeURIComponent(wanted)}` : location.pathname);
}

async function clear() {
  const answer = await fetch('/inbox/messages', { method: 'DELETE' }).catch(() => undefined);
  if (!answer?.ok) problem.textContent = 'The inbox could not be cleared.';
  await refresh();
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = title;
});
list.addEventListener('click', (event) => {
  const address = event.target.closest('a.to');
  if (!address || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  filter.value = address.textContent;
  applyFilter();
});
document.getElementById('inbox-controls').hidden = false;
document.getElementById('inbox-controls').addEventListener('submit', (event) => event.preventDefault());
document.getElementById('inbox-clear').addEventListener('click', clear);
filter.addEventListener('input', applyFilter);
onInboxChange(refresh);
