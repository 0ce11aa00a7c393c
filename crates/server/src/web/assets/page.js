// What both pages do: copy, count time, follow the inbox.

/** An element with attributes, and children as text or elements: never as HTML. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Tells people who listen to the page rather than see it. */
export function announce(text) {
  document.getElementById('announce').textContent = text;
}

/** Calls `refresh` when a message came or went, and when the pool is back after a restart. */
export function onInboxChange(refresh) {
  const events = new EventSource('/inbox/events');
  events.addEventListener('open', refresh);
  events.addEventListener('message', refresh);
  events.addEventListener('error', () => {
    // A lost connection is tried again by the browser; one that was refused is not.
    if (events.readyState === EventSource.CLOSED) setInterval(refresh, 3000);
  });
}

/** Writes how many messages there are wherever the page says it. */
export function showInboxCount(count) {
  for (const place of document.querySelectorAll('[data-inbox-count]')) place.textContent = count;
}

// The words are those of inbox.rs.
function ago(seconds) {
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

/** Brings the times on the page up to date. */
export function showTimes() {
  for (const time of document.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    time.textContent = ago((Date.now() - at.getTime()) / 1000);
    time.title = at.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });
  }
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copyFrom);
  const text = source ? source.textContent : button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
    say(button, 'Copied');
  } catch {
    // Over plain HTTP from another machine there is no clipboard: leave the text selected.
    getSelection().selectAllChildren(source ?? button.querySelector('.digits') ?? button);
    say(button, 'Press Ctrl+C');
  }
}

function say(button, text) {
  const label = button.querySelector('.copy > span') ?? button.querySelector('span');
  label.dataset.label ??= label.textContent;
  label.textContent = text;
  button.classList.add('copied');
  announce(text);
  clearTimeout(button.restore);
  button.restore = setTimeout(() => {
    label.textContent = label.dataset.label;
    button.classList.remove('copied');
  }, 1600);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy], [data-copy-from]');
  if (button) void copy(button);
});

showTimes();
setInterval(showTimes, 5000);
