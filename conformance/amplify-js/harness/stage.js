// What most tests need: the program on a project of its own, a browser, and people with an app in it.
import { after } from 'node:test';
import { App } from './app.js';
import { launchBrowser } from './browser.js';
import { definition, newProject, removeProject, startPoolhouse } from './poolhouse.js';
import { serveSite } from './site.js';

/** How long a page may take for one step. */
const PATIENCE_MS = 10_000;

/**
 * Sets the stage for the tests of a file, and clears it after them.
 * @param {string} [loginWith] what stands behind `loginWith:` in the pool's definition
 * @param {string} [more] what stands beside it
 * @param {string} [changes] what `amplify/backend.ts` does to `pool` and `client`
 */
export async function setStage(loginWith = '{ email: { otpLogin: true } }', more, changes) {
  return stageOf(await newProject(definition(loginWith, more), changes));
}

/** Sets the stage with the example's definition, where people have both an address and a number. */
export async function setExampleStage() {
  return stageOf(await newProject(), { phone_number: '+12065550100' });
}

/** @param {string} project @param {Record<string, string>} [also] */
async function stageOf(project, also) {
  const stage = new Stage(project, await startPoolhouse(project), also);
  after(() => stage.clear());
  return stage;
}

export class Stage {
  #people = 0;
  /** @type {Promise<import('playwright-core').Browser> | undefined} */
  #browser;
  /** @type {ReturnType<typeof serveSite> | undefined} */
  #site;

  /**
   * @param {string} project
   * @param {import('./poolhouse.js').Poolhouse} pool
   * @param {Record<string, string>} [also] the attributes that people must have beside their address
   */
  constructor(project, pool, also = {}) {
    this.project = project;
    this.pool = pool;
    this.also = also;
  }

  async clear() {
    await (await this.#browser)?.close();
    await (await this.#site)?.close();
    await this.pool.stop();
    await removeProject(this.project);
  }

  /**
   * A page in a browser that was never used before.
   * @param {string} url
   * @param {import('playwright-core').BrowserContextOptions} [options]
   */
  async openPage(url, options) {
    this.#browser ??= launchBrowser();
    const context = await (await this.#browser).newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /** Stops the program and starts it again: same project, same address, same app pages. */
  async restart() {
    const { port } = this.pool;
    await this.pool.stop();
    this.pool = await startPoolhouse(this.project, port);
  }

  /** An address that nobody had before, as long as all others of that name. @param {string} [name] */
  newAddress(name = 'person') {
    this.#people += 1;
    return `${name}-${String(this.#people).padStart(3, '0')}@example.com`;
  }

  /** A phone number that nobody had before: 555-01xx is nobody's. */
  newNumber() {
    this.#people += 1;
    return `+12065550${100 + this.#people}`;
  }

  /** The app, opened by somebody who never opened it before. */
  async openApp() {
    this.#site ??= serveSite();
    const app = new App(await this.openPage((await this.#site).url), this.pool.outputs);
    await app.configure();
    return app;
  }

  /** Somebody new with the app open, who has done nothing yet. */
  async newcomer() {
    return { address: this.newAddress(), app: await this.openApp() };
  }

  /** Somebody who has just signed up, and is signed in. */
  async signedUp() {
    const person = await this.newcomer();
    await signUp(person.app, person.address, this.also);
    await person.app.call('confirmSignUp', {
      username: person.address,
      confirmationCode: await this.pool.inbox.code(person.address),
    });
    await person.app.call('autoSignIn');
    return person;
  }

  /** Somebody who has signed up before, and is signed out. */
  async member() {
    const person = await this.signedUp();
    await person.app.call('signOut');
    return person;
  }

  /**
   * Returns once the pool has delivered all mail that it wanted to send until now: mail leaves in order, so it asks for one
   * more, to somebody else, and waits for that.
   */
  async mailSettled() {
    const sentinel = this.newAddress('sentinel');
    const attributes = Object.entries({ email: sentinel, ...this.also });
    const reply = await this.pool.call('SignUp', {
      ClientId: this.pool.clientId,
      Username: sentinel,
      UserAttributes: attributes.map(([Name, Value]) => ({ Name, Value })),
    });
    if (reply.status !== 200) {
      throw new Error(`SignUp of ${sentinel} failed: ${JSON.stringify(reply.body)}`);
    }
    await this.pool.inbox.next(sentinel);
  }
}

/**
 * Signs up without a password, as Amplify's documentation says.
 * @param {App} app
 * @param {string} address
 * @param {Record<string, string>} [also] attributes beside the address
 */
export function signUp(app, address, also) {
  return app.call('signUp', {
    username: address,
    options: { userAttributes: { email: address, ...also }, autoSignIn: { authFlowType: 'USER_AUTH' } },
  });
}

/**
 * Asks for a code to sign in with.
 * @param {App} app
 * @param {string} address
 */
export function signInByMail(app, address) {
  return app.call('signIn', {
    username: address,
    options: { authFlowType: 'USER_AUTH', preferredChallenge: 'EMAIL_OTP' },
  });
}
