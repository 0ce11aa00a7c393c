// A running pool, a client for it, and people with addresses of their own.
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { binary, removeProject, startPoolhouse } from '../amplify-js/harness/poolhouse.js';

const project = fileURLToPath(new URL('../sdk-project', import.meta.url));

/** What people sign up with. */
export const PASSWORD = 'Correct-horse-7';

export async function setStage() {
  const folder = await mkdtemp(join(tmpdir(), 'poolhouse-conformance-'));
  await cp(project, folder, { recursive: true });
  const pool = await startPoolhouse(folder);
  const { stdout } = await promisify(execFile)(binary, ['clients', folder, '--json']);
  const clients = Object.fromEntries(JSON.parse(stdout).map((client) => [client.name, client]));
  const cognito = new CognitoIdentityProviderClient({ region: 'us-east-1', endpoint: pool.url });
  after(async () => {
    cognito.destroy();
    await pool.stop();
    await removeProject(folder);
  });
  return { pool, clients, cognito };
}

let people = 0;

export function newAddress() {
  people += 1;
  return `ann${people}@example.com`;
}

/** `SECRET_HASH`, as AWS documents it. */
export function secretHash({ id, secret }, name) {
  return createHmac('sha256', secret).update(name + id).digest('base64');
}
