// An app whose whole sign-in is Amplify's <Authenticator>, as its documentation shows it.
import '@aws-amplify/ui-react/styles.css';
import { Authenticator } from '@aws-amplify/ui-react';
import { Amplify } from 'aws-amplify';
import { fetchAuthSession } from 'aws-amplify/auth';
import { createElement, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

/** @typedef {NonNullable<import('@aws-amplify/ui-react').AuthenticatorProps['passwordless']>} Passwordless */

/** What stands behind the Authenticator: who it is, and how to leave. @param {{ signOut?: () => void }} props */
function Account({ signOut }) {
  const [claims, setClaims] = useState(/** @type {Record<string, unknown> | undefined} */ (undefined));
  useEffect(() => {
    void fetchAuthSession().then(({ tokens }) => setClaims(tokens?.idToken?.payload));
  }, []);
  const who = String(claims?.['email'] ?? claims?.['phone_number'] ?? '');
  return createElement(
    'section',
    {},
    createElement('h1', {}, `Hello ${who}`),
    createElement('p', { id: 'amr' }, JSON.stringify(claims?.['amr'])),
    createElement('button', { onClick: signOut }, 'Sign out'),
  );
}

const client = {
  /**
   * Tells Amplify where the pool is, and shows the Authenticator.
   * @param {import('aws-amplify').ResourcesConfig} outputs
   * @param {Passwordless} [passwordless]
   */
  show: (outputs, passwordless) => {
    Amplify.configure(outputs);
    const children = /** @param {{ signOut?: () => void }} props */ ({ signOut }) => createElement(Account, { signOut });
    const app = createElement(Authenticator, passwordless ? { passwordless, children } : { children });
    createRoot(/** @type {Element} */ (document.getElementById('app'))).render(app);
  },
};

Object.assign(window, { client });
