// Try it, signed in: who it is, their passkeys, their tokens.

import { announce, element, showTimes } from './page.js';
import { decode, tokenArticle } from './claims.js';
import { addPasskey, deletePasskey, listPasskeys, renamePasskey } from './passkeys.js';

const part = (name) => document.getElementById(`try-${name}`);

/** Shows the account of whoever has `tokens`; `working` runs what a button does. */
export async function showAccount(pool, tokens, working) {
  const { email, email_verified: proved, phone_number: phone, sub } = decode(tokens.IdToken).claims;
  part('who').textContent = (proved ? email : phone) ?? email ?? sub;
  part('tokens').replaceChildren(
    tokenArticle('try-id-token', 'ID token', 'Who signed in. For your app.', tokens.IdToken),
    tokenArticle('try-access-token', 'Access token', 'What they may do. For your API.', tokens.AccessToken),
  );
  if (!pool.ways.includes('WEB_AUTHN')) return;
  const list = new PasskeyList(pool, tokens, working);
  part('add-passkey').onclick = () => working(() => list.add());
  part('passkeys').hidden = false;
  await list.show();
}

class PasskeyList {
  constructor(pool, tokens, working) {
    this.pool = pool;
    this.tokens = tokens;
    this.working = working;
  }

  async show() {
    const passkeys = await listPasskeys(this.pool, this.tokens);
    part('no-passkeys').hidden = passkeys.length > 0;
    part('passkey-list').replaceChildren(...passkeys.map((passkey) => this.row(passkey)));
    showTimes();
    return passkeys;
  }

  async add() {
    await addPasskey(this.pool, this.tokens);
    const passkeys = await this.show();
    part('passkey-list').lastElementChild.querySelector('[data-do="rename"]').focus();
    announce(`${passkeys.at(-1).FriendlyCredentialName} was added.`);
  }

  async rename(passkey, name) {
    await renamePasskey(this.pool, this.tokens, passkey, name);
    await this.show();
    const row = part('passkey-list').querySelector(`[data-id="${passkey.CredentialId}"]`);
    row.querySelector('[data-do="rename"]').focus();
    announce(`It is called ${name} now.`);
  }

  async delete(passkey) {
    await deletePasskey(this.pool, this.tokens, passkey);
    await this.show();
    part('add-passkey').focus();
    announce(`${passkey.FriendlyCredentialName} was deleted.`);
  }

  row(passkey) {
    const name = passkey.FriendlyCredentialName;
    const row = part('passkey').content.cloneNode(true).firstElementChild;
    const find = (selector) => row.querySelector(selector);
    const modes = row.querySelectorAll('[data-mode]');
    const turnTo = (mode) => {
      for (const each of modes) each.hidden = each.dataset.mode !== mode;
    };
    const on = (action, turn) => {
      const button = find(`[data-do="${action}"]`);
      button.addEventListener('click', turn);
      button.setAttribute('aria-label', `${button.textContent} ${name}`);
    };
    const back = (to) => () => {
      turnTo('shown');
      find(`[data-do="${to}"]`).focus();
    };

    row.dataset.id = passkey.CredentialId;
    for (const place of row.querySelectorAll('.passkey-name')) place.textContent = name;
    find('.passkey-dates').append(...dates(passkey));

    const field = find('input');
    on('rename', () => {
      field.value = name;
      turnTo('renamed');
      field.select();
    });
    on('keep-name', back('rename'));
    find('form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.working(() => this.rename(passkey, field.value.trim()));
    });
    on('delete', () => {
      turnTo('deleted');
      find('[data-do="keep"]').focus();
    });
    on('keep', back('delete'));
    on('delete-now', () => this.working(() => this.delete(passkey)));
    row.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') row.querySelector('[data-mode]:not([hidden]) [data-do^="keep"]')?.click();
    });
    return row;
  }
}

function dates({ CreatedAt: created, LastUsedAt: used }) {
  const at = (seconds) => new Date(seconds * 1000);
  const day = at(created).toLocaleDateString(undefined, { dateStyle: 'medium' });
  const added = element('span', { title: at(created).toLocaleString() }, `Added ${day}`);
  if (!used) return [added, ', not used yet'];
  return [added, ', used ', element('time', { datetime: at(used).toISOString() })];
}
