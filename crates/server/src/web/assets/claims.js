// Tokens, decoded. Nothing is verified here: that is for whoever receives them.

import { element } from './page.js';

/** The two parts of a JWT that can be read: `{ header, claims }`. */
export function decode(token) {
  const [header, claims] = token.split('.').slice(0, 2).map(part);
  return { header, claims };
}

/** A token as tables. */
export function tokenArticle(id, title, purpose, token) {
  const { header, claims } = decode(token);
  const copy = element('button', { type: 'button', class: 'copy', 'data-copy': token });
  copy.setAttribute('aria-label', `Copy the ${title}`);
  copy.append(element('span', {}, 'Copy'));
  return element(
    'article',
    { class: 'token', 'aria-labelledby': id },
    element('header', {}, element('h3', { id }, title), copy),
    element('p', { class: 'note' }, purpose),
    table('Claims', claims),
    table('Header', header),
  );
}

const TIMES = ['auth_time', 'iat', 'exp', 'nbf'];

const MEANINGS = {
  sub: 'the person, for good',
  iss: 'issued by',
  aud: 'for this app client',
  client_id: 'for this app client',
  token_use: 'kind of token',
  scope: 'what it allows',
  jti: 'this token',
  origin_jti: 'this sign-in',
  event_id: 'the request behind it',
  amr: 'how it was proved',
  auth_time: 'signed in at',
  iat: 'issued at',
  exp: 'valid until',
  'cognito:username': 'user name',
  username: 'user name',
  email_verified: 'address proved',
  phone_number_verified: 'number proved',
  alg: 'how it is signed',
  kid: 'with which key',
};

function part(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))));
}

function table(caption, values) {
  const rows = Object.entries(values).map(([name, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const head = element('th', { scope: 'row' }, element('span', { class: 'mono' }, name));
    const cell = element('td', {}, element('span', { class: 'mono' }, text));
    if (MEANINGS[name]) head.append(element('span', { class: 'note' }, MEANINGS[name]));
    if (TIMES.includes(name)) cell.append(element('span', { class: 'note' }, moment(value)));
    return element('tr', {}, head, cell);
  });
  return element('table', {}, element('caption', {}, caption), element('tbody', {}, ...rows));
}

function moment(seconds) {
  const minutes = Math.round((seconds * 1000 - Date.now()) / 60000);
  const time = new Date(seconds * 1000).toLocaleTimeString();
  return minutes > 0 ? `${time}, in ${minutes} min` : time;
}
