// The web pages with aws-amplify in them, on an origin that is not the pool's: what a browser allows there is what CORS allows.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import { freePort } from './port.js';

/** Bundles a page and serves it. @param {'page' | 'authenticator'} [folder] where it is */
export async function serveSite(folder = 'page') {
  const root = fileURLToPath(new URL(`../${folder}`, import.meta.url));
  const outDir = await mkdtemp(join(tmpdir(), 'poolhouse-page-'));
  /** @type {import('vite').InlineConfig} */
  const config = { root, configFile: false, logLevel: 'error', build: { outDir, emptyOutDir: true } };
  await build(config);
  const port = await freePort();
  const server = await preview({ ...config, preview: { host: '127.0.0.1', port, strictPort: true } });
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
