// What `poolhouse outputs` writes for every definition among the crate's cases: valid by Amplify's own schema, and
// taken by aws-amplify. No browser and no server take part.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Amplify } from 'aws-amplify';
import { parseAmplifyConfig } from 'aws-amplify/utils';
import { binary } from '../harness/poolhouse.js';

/** @typedef {{ name: string, folder: string, flags: string[], env: Record<string, string>, golden: any }} Case */

const ENDPOINT = 'http://127.0.0.1:7400/';
const tests = fileURLToPath(new URL('../../../crates/define-auth/tests', import.meta.url));
const run = promisify(execFile);
const data = await mkdtemp(join(tmpdir(), 'poolhouse-outputs-'));
after(() => rm(data, { recursive: true }));

const schema = new Ajv2020({ strict: false });
const isValid = schema.compile(await json(join(tests, 'schemas/amplify-outputs-1.5.json')));
const cases = await goodCases();

test('there are cases', () => assert.ok(cases.length > 60, `${cases.length}`));

for (const each of cases) {
  test(`${each.name}: the outputs are valid, and aws-amplify takes both forms for the same`, async () => {
    const official = await outputs(each, 'outputs');
    if (isGoldenValid(each)) assert.ok(isValid(official), schema.errorsText(isValid.errors));
    const flutter = await outputs(each, 'flutter');
    assert.equal(flutter.auth.user_pool_endpoint, ENDPOINT);
    delete flutter.auth.user_pool_endpoint;
    assert.deepEqual(flutter, official);

    const parsed = configured(parseAmplifyConfig(official));
    const js = await outputs(each, 'js');
    assert.equal(js.custom.issuer, `${ENDPOINT}${official.auth.user_pool_id}`);
    const own = configured(js);
    assert.equal(own.Cognito.userPoolEndpoint, ENDPOINT);
    delete own.Cognito.userPoolEndpoint;
    assert.deepEqual(own, parsed);
    assert.deepEqual(configured(official), parsed, 'the official form is taken unparsed as well');
  });
}

test('the schema is heard', async () => {
  const official = await outputs(/** @type {Case} */ (cases[0]), 'outputs');
  official.auth.user_pool_endpoint = ENDPOINT;
  assert.equal(isValid(official), false);
});

/**
 * What aws-amplify makes of a configuration, in the parts that are about us.
 * @param {any} config
 */
function configured(config) {
  Amplify.configure(config);
  const { Auth } = JSON.parse(JSON.stringify(Amplify.getConfig()));
  return Auth;
}

/**
 * Overrides can take away what the schema asks for; then Amplify's own file is not valid either.
 * @param {Case} each
 */
function isGoldenValid({ golden }) {
  const ids = { aws_region: 'us-east-1', user_pool_id: 'us-east-1_a', user_pool_client_id: 'a' };
  const oauth = golden.auth.oauth && { oauth: { domain: 'a.example', ...golden.auth.oauth } };
  return isValid({ ...golden, auth: { ...ids, ...golden.auth, ...oauth } });
}

/**
 * @param {Case} each
 * @param {string} format
 */
async function outputs({ folder, flags, env }, format) {
  const words = ['outputs', folder, '--format', format, '--endpoint', ENDPOINT, '--data', data, ...flags];
  const { PATH, HOME } = process.env;
  const { stdout } = await run(binary, words, { env: { PATH, HOME, ...env } });
  return JSON.parse(stdout);
}

/** The cases that are taken. */
async function goodCases() {
  /** @type {Case[]} */
  const found = [];
  for (const name of (await readdir(join(tests, 'cases'))).sort()) {
    const folder = join(tests, 'cases', name);
    if (name.endsWith('.md')) continue;
    const { args, expect } = await json(join(folder, 'case.json'));
    if (expect !== 'ok') continue;
    const { amplify_outputs: golden } = await json(join(folder, 'expected.json'));
    const { type, branch, appId, env = {} } = args;
    const flags = ['--type', type, ...(branch ? ['--branch', branch] : []), ...(appId ? ['--app-id', appId] : [])];
    found.push({ name, folder, flags, env, golden });
  }
  return found;
}

/** @param {string} path */
async function json(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}
