import { Amplify } from 'aws-amplify';
import {
  associateWebAuthnCredential,
  deleteWebAuthnCredential,
  fetchAuthSession,
  listWebAuthnCredentials,
  type AuthWebAuthnCredential,
} from 'aws-amplify/auth';

/** Runs what a button does: `main.ts` keeps the other buttons off meanwhile, and shows what goes wrong. */
export type Working = (status: string, step: () => Promise<void>) => Promise<void>;

/** The browser makes a passkey, and the pool takes it. */
export async function addPasskey(list: HTMLElement, working: Working): Promise<void> {
  await associateWebAuthnCredential();
  await showPasskeys(list, working);
  list.querySelector<HTMLElement>('li:last-child button')?.focus();
}

/** Shows the passkeys of whoever is signed in, oldest first. The pool allows 20 of them: one page. */
export async function showPasskeys(list: HTMLElement, working: Working): Promise<void> {
  const { credentials } = await listWebAuthnCredentials();
  list.replaceChildren(...credentials.map((passkey) => row(list, passkey, working)));
}

/** Beyond Cognito, which names passkeys itself: one request to the pool. */
async function rename(passkey: AuthWebAuthnCredential, name: string): Promise<void> {
  const { tokens } = await fetchAuthSession();
  const response = await fetch(poolhouse() ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'PoolhouseService.RenameWebAuthnCredential',
    },
    body: JSON.stringify({
      AccessToken: tokens?.accessToken.toString(),
      CredentialId: passkey.credentialId,
      FriendlyCredentialName: name,
    }),
  });
  if (!response.ok) {
    throw new Error(((await response.json()) as { message: string }).message);
  }
}

/** Where Poolhouse is; AWS needs no endpoint. */
function poolhouse(): string | undefined {
  return Amplify.getConfig().Auth?.Cognito.userPoolEndpoint;
}

function row(list: HTMLElement, passkey: AuthWebAuthnCredential, working: Working): HTMLElement {
  const template = document.getElementById('passkey') as HTMLTemplateElement;
  const item = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  const find = <T extends HTMLElement>(selector: string) => item.querySelector(selector) as T;
  const name = passkey.friendlyCredentialName ?? 'A passkey';
  const { credentialId = '' } = passkey;

  /** One of the item's three faces is seen: the passkey, its new name, or the question whether to delete it. */
  const turnTo = (face: string, focus: string) => {
    item.querySelectorAll<HTMLElement>('[data-face]').forEach((each) => (each.hidden = each.dataset['face'] !== face));
    find(focus).focus();
  };
  const on = (action: string, listener: () => void) => {
    const button = find<HTMLButtonElement>(`[data-do="${action}"]`);
    button.setAttribute('aria-label', `${button.textContent} ${name}`);
    button.addEventListener('click', listener);
  };

  item.dataset['id'] = credentialId;
  item.querySelectorAll('.name').forEach((place) => (place.textContent = name));
  find('.date').textContent = `Added ${passkey.createdAt?.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}`;

  const field = find<HTMLInputElement>('input');
  find('[data-do="rename"]').hidden = !poolhouse();
  on('rename', () => {
    field.value = name;
    turnTo('rename', 'input');
    field.select();
  });
  on('cancel', () => turnTo('passkey', '[data-do="rename"]'));
  find('form').addEventListener('submit', (event) => {
    event.preventDefault();
    void working('Renaming the passkey…', async () => {
      await rename(passkey, field.value.trim());
      await showPasskeys(list, working);
      list.querySelector<HTMLElement>(`[data-id="${credentialId}"] button`)?.focus();
    });
  });

  on('delete', () => turnTo('delete', '[data-do="keep"]'));
  on('keep', () => turnTo('passkey', '[data-do="delete"]'));
  on('delete-now', () => {
    void working('Deleting the passkey…', async () => {
      await deleteWebAuthnCredential({ credentialId });
      await showPasskeys(list, working);
      document.getElementById('passkeys-title')?.focus();
    });
  });
  return item;
}
