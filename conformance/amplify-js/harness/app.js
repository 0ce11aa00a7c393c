// An app in somebody's browser: aws-amplify in a page of its own, with everything that it says to the pool on record.
import { decodeJwt } from './jwt.js';

/**
 * One call to the pool, as it went over the wire.
 * @typedef {{ operation: string, request: any, status: number, headers: Record<string, string>, response: any }} Exchange
 */

export class App {
  /** @type {import('playwright-core').Request[]} */
  #requests = [];

  /**
   * @param {import('playwright-core').Page} page
   * @param {import('./poolhouse.js').Outputs} outputs
   */
  constructor(page, outputs) {
    this.page = page;
    this.outputs = outputs;
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url() === outputs.Auth.Cognito.userPoolEndpoint) {
        this.#requests.push(request);
      }
    });
  }

  /** Tells Amplify where the pool is: the first thing that any app does. */
  async configure() {
    await this.page.evaluate((outputs) => /** @type {any} */ (window).client.configure(outputs), this.outputs);
  }

  async reload() {
    await this.page.reload();
    await this.configure();
  }

  /**
   * Calls a function of aws-amplify/auth in the page.
   * @param {keyof import('../page/page.js').Auth} name
   * @param {unknown} [input]
   * @returns {Promise<any>}
   */
  async call(name, input) {
    const { value, error } = await this.page.evaluate(
      ([name, input]) => /** @type {any} */ (window).client.call(name, input),
      /** @type {const} */ ([name, input]),
    );
    if (error) {
      throw Object.assign(new Error(error.message), { name: error.name });
    }
    return value;
  }

  /**
   * The tokens of `fetchAuthSession`, undefined when nobody is signed in.
   * @param {{ forceRefresh?: boolean }} [options]
   */
  async tokens(options) {
    /** @type {{ id: string, access: string } | undefined} */
    const tokens = await this.page.evaluate((options) => /** @type {any} */ (window).client.tokens(options), options);
    return tokens && { ...tokens, idClaims: decodeJwt(tokens.id).claims, accessClaims: decodeJwt(tokens.access).claims };
  }

  /** Like `tokens`, for somebody who has to be signed in. @param {{ forceRefresh?: boolean }} [options] */
  async mustHaveTokens(options) {
    const tokens = await this.tokens(options);
    if (!tokens) {
      throw new Error('nobody is signed in');
    }
    return tokens;
  }

  /** The refresh token where Amplify keeps it; it shows it nowhere. @returns {Promise<string>} */
  async refreshToken() {
    const storage = await this.page.evaluate(() => Object.entries(localStorage));
    const found = storage.find(([key]) => key.endsWith('.refreshToken'));
    if (!found) {
      throw new Error(`no refresh token among ${storage.map(([key]) => key).join(', ')}`);
    }
    return found[1];
  }

  /**
   * The last call of an operation. Not for `DeleteUser`: Amplify never reads that answer to its end.
   * @param {string} operation
   */
  async last(operation) {
    const request = this.#requests.findLast((each) => target(each) === operation);
    if (!request) {
      throw new Error(`the app never called ${operation}`);
    }
    return exchange(request);
  }
}

/** The operation that a request names. @param {import('playwright-core').Request} request */
function target(request) {
  return String(request.headers()['x-amz-target']).replace(/^.*\./, '');
}

/**
 * @param {import('playwright-core').Request} request
 * @returns {Promise<Exchange>}
 */
async function exchange(request) {
  const response = await request.response();
  if (!response) {
    throw new Error(`no answer to ${request.postData()}: ${request.failure()?.errorText}`);
  }
  return {
    operation: target(request),
    request: request.postDataJSON(),
    status: response.status(),
    headers: response.headers(),
    response: await response.json(),
  };
}
