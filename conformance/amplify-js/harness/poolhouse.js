// The program under test: the release binary, run as a person runs it, on loopback and on a port of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, createWriteStream } from 'node:fs';
import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { Inbox } from './inbox.js';
import { leaveNoOrphan } from './orphan.js';
import { freePort } from './port.js';

const here = fileURLToPath(new URL('..', import.meta.url));
/** The program. */
export const binary = process.env['POOLHOUSE_BIN'] ?? join(here, '../../target/release/poolhouse');

/** Where screenshots and the program's own output go. */
export const artefacts = join(here, '../artefacts');

/** The app of which every project here is a copy. */
export const example = join(here, '../../examples/passwordless');

/** How often this test file started the program: its log begins with the first. */
let starts = 0;

const READY_WITHIN_MS = 20_000;
const STOPPED_WITHIN_MS = 10_000;

/** @typedef {{ Auth: { Cognito: { userPoolId: string, userPoolClientId: string, userPoolEndpoint: string } } }} Outputs */
/** @typedef {{ status: number, headers: Headers, body: any }} Reply */

/**
 * What `amplify/auth/resource.ts` says.
 * @param {string} loginWith what stands behind `loginWith:`
 * @param {string} [more] what stands beside it
 */
export function definition(loginWith, more = '') {
  return `import { defineAuth } from '@aws-amplify/backend';\n\nexport const auth = defineAuth({ loginWith: ${loginWith}, ${more} });\n`;
}

/** What `amplify/backend.ts` says. @param {string} changes what is done to `pool` and `client`, the CloudFormation resources */
function backendOf(changes) {
  return `import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';

const backend = defineBackend({ auth });
const { cfnUserPool: pool, cfnUserPoolClient: client } = backend.auth.resources.cfnResources;
${changes}
`;
}

/**
 * A new folder with an auth definition in it, and nothing else.
 * @param {string} [resource] the definition; the example's, if not given
 * @param {string} [changes] what `amplify/backend.ts` does to `pool` and `client`
 */
export async function newProject(resource, changes) {
  const project = await mkdtemp(join(tmpdir(), 'poolhouse-conformance-'));
  await cp(join(example, 'amplify'), join(project, 'amplify'), { recursive: true });
  if (resource) {
    await writeFile(join(project, 'amplify/auth/resource.ts'), resource);
  }
  if (changes) {
    await writeFile(join(project, 'amplify/backend.ts'), backendOf(changes));
  }
  return project;
}

/** @param {string} project a folder that `newProject` made */
export async function removeProject(project) {
  await rm(project, { recursive: true, force: true });
}

/**
 * Runs `poolhouse dev` on a project until it says that it is ready.
 * @param {string} project
 * @param {number} [port] a free one, if not given
 */
export async function startPoolhouse(project, port) {
  await access(binary, constants.X_OK).catch(() => {
    throw new Error(`there is no program at ${binary}: run \`cargo build --release\`, or set POOLHOUSE_BIN`);
  });
  const listen = `127.0.0.1:${port ?? (await freePort())}`;
  const child = spawn(binary, ['dev', project, '--listen', listen], { stdio: ['ignore', 'pipe', 'pipe'] });
  leaveNoOrphan(child);
  const url = await ready(child);
  const outputs = JSON.parse(await readFile(join(project, 'amplify_outputs.json'), 'utf8'));
  return new Poolhouse(child, url, outputs);
}

export class Poolhouse {
  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} url as the program printed it, without a slash at the end
   * @param {Outputs} outputs
   */
  constructor(child, url, outputs) {
    this.child = child;
    this.url = url;
    this.outputs = outputs;
    this.inbox = new Inbox(url);
    this.clientId = outputs.Auth.Cognito.userPoolClientId;
    this.issuer = `${url}/${outputs.Auth.Cognito.userPoolId}`;
  }

  get port() {
    return Number(new URL(this.url).port);
  }

  /**
   * Calls an operation without a client between.
   * @param {string} operation
   * @param {unknown} body sent as it is if a string, as JSON if not
   * @returns {Promise<Reply>}
   */
  async call(operation, body) {
    const response = await fetch(this.outputs.Auth.Cognito.userPoolEndpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** Asks the program to stop, as a service manager does, and holds it to a clean end. */
  async stop() {
    const { exitCode, signalCode } = this.child;
    assert.deepEqual({ exitCode, signalCode }, { exitCode: null, signalCode: null }, 'poolhouse ended by itself');
    const ended = once(this.child, 'exit', { signal: AbortSignal.timeout(STOPPED_WITHIN_MS) });
    this.child.kill('SIGTERM');
    const [code, signal] = await ended.catch(() => {
      this.child.kill('SIGKILL');
      throw new Error(`poolhouse did not stop within ${STOPPED_WITHIN_MS} ms of SIGTERM`);
    });
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, 'SIGTERM should end poolhouse with status 0');
  }
}

/**
 * Waits for the line with the word "ready", and returns the URL in it.
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @returns {Promise<string>}
 */
async function ready(child) {
  await mkdir(artefacts, { recursive: true });
  const log = createWriteStream(join(artefacts, `${basename(process.argv[1] ?? '', '.js')}.log`), { flags: starts ? 'a' : 'w' });
  starts += 1;
  let printed = '';
  const url = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        log.write(text);
        printed += text;
        const lines = stripVTControlCharacters(printed).split('\n').slice(0, -1);
        const line = lines.find((each) => /\bready\b/.test(each) && /https?:/.test(each));
        if (line) {
          resolve(/https?:\/\/[\w.:[\]-]+/.exec(line)?.[0]);
        }
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`poolhouse ended with status ${code} and was never ready:\n${printed}`)));
  });
  const patience = new AbortController();
  const late = delay(READY_WITHIN_MS, undefined, { signal: patience.signal }).then(() => {
    child.kill('SIGKILL');
    throw new Error(`poolhouse was not ready within ${READY_WITHIN_MS} ms:\n${printed}`);
  });
  return Promise.race([url, late]).finally(() => {
    late.catch(() => {}); // it is called off
    patience.abort();
  });
}
