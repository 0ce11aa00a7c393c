// Hands aws-amplify, as it is published, to the test that drives this page.
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';

/** @typedef {typeof auth} Auth */

const client = {
  /** @param {import('aws-amplify').ResourcesConfig} outputs */
  configure: (outputs) => Amplify.configure(outputs),

  /**
   * Calls a function of aws-amplify/auth. Errors come back as values: their class does not survive the way out of the page.
   * @param {string} name
   * @param {any} [input]
   */
  call: async (name, input) => {
    try {
      return { value: await /** @type {any} */ (auth)[name](input) };
    } catch (error) {
      const { name: kind, message } = /** @type {Error} */ (error);
      return { error: { name: kind, message } };
    }
  },

  /** The tokens as text. @param {{ forceRefresh?: boolean }} [options] */
  tokens: async (options) => {
    const { tokens } = await auth.fetchAuthSession(options);
    return tokens && { id: String(tokens.idToken), access: String(tokens.accessToken) };
  },
};

/** @typedef {typeof client} Client */

Object.assign(window, { client });
