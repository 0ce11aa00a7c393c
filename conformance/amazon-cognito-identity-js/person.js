// Somebody with an app of before Amplify: amazon-cognito-identity-js, whose callbacks are promises here.
import { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } from 'amazon-cognito-identity-js';

export const PASSWORD = 'Correct-h0rse';

/** What a browser keeps for a page: unlike the client's own memory it says null of what is not there. */
class LocalStorage {
  #items = new Map();

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, String(value));
  }

  removeItem(key) {
    this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
  }

  get keys() {
    return [...this.#items.keys()];
  }
}

/** A promise of what comes to `callback(error, result)`. */
export function called(start) {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));
}

/** A promise of what comes to `{ onSuccess, onFailure }`; what else may be asked is an answer, too. */
export function asked(start) {
  return new Promise((resolve, reject) =>
    start({
      onSuccess: (result, isUserToConfirm) => resolve({ result, isUserToConfirm }),
      onFailure: reject,
      mfaRequired: (challenge) => resolve({ challenge }),
      totpRequired: (challenge) => resolve({ challenge }),
      inputVerificationCode: (result) => resolve({ result }),
    }),
  );
}

let people = 0;

export class Person {
  storage = new LocalStorage();

  /** @param {import('../amplify-js/harness/poolhouse.js').Poolhouse} pool */
  constructor(pool) {
    people += 1;
    this.pool = pool;
    this.address = `person-${people}@example.com`;
    this.user = this.openApp();
  }

  /** The app as it is after a reload: only what is kept is left. */
  openApp() {
    const { userPoolId } = this.pool.outputs.Auth.Cognito;
    const data = { UserPoolId: userPoolId, ClientId: this.pool.clientId, endpoint: this.pool.url, Storage: this.storage };
    this.userPool = new CognitoUserPool(data);
    this.user = new CognitoUser({ Username: this.address, Pool: this.userPool, Storage: this.storage });
    return this.user;
  }

  /** Signs up and confirms, and is not signed in. */
  async signUp() {
    const email = new CognitoUserAttribute({ Name: 'email', Value: this.address });
    await called((callback) => this.userPool.signUp(this.address, PASSWORD, [email], [], callback));
    const code = await this.pool.inbox.code(this.address);
    await called((callback) => this.user.confirmRegistration(code, true, callback));
    return this;
  }

  signIn(password = PASSWORD) {
    const details = new AuthenticationDetails({ Username: this.address, Password: password });
    return asked((callbacks) => this.user.authenticateUser(details, callbacks));
  }

  /** The session of whoever is signed in, refreshed if need be. */
  session() {
    return called((callback) => this.user.getSession(callback));
  }

  /** New tokens for the refresh token. */
  async refresh() {
    const session = await this.session();
    return called((callback) => this.user.refreshSession(session.getRefreshToken(), callback));
  }
}
