// The web page with aws-amplify in it, on an origin that is not the pool's: what a browser allows there is what CORS allows.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import { freePort } from './port.js';

const root = fileURLToPath(new URL('../page', import.meta.url));

/** Bundles the page and serves it. */
export async function serveSite() {
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
