// The example, built and served with its own scripts, in a copy: the person's own data and outputs stay as they are.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { leaveNoOrphan } from './orphan.js';
import { example } from './poolhouse.js';
import { freePort } from './port.js';

const SOURCES = ['index.html', 'package.json', 'public', 'src', 'tsconfig.json'];
const SERVED_WITHIN_MS = 20_000;

/**
 * Builds and serves the example in a project where the pool has written its outputs.
 * @param {string} project
 */
export async function serveExample(project) {
  for (const source of SOURCES) {
    await cp(join(example, source), join(project, source), { recursive: true });
  }
  await symlink(join(example, 'node_modules'), join(project, 'node_modules'));
  execFileSync('npm', ['run', 'build'], { cwd: project, stdio: 'pipe' });

  const port = await freePort();
  const vite = join(project, 'node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'preview', '--host', '127.0.0.1', '--port', String(port), '--strictPort'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  leaveNoOrphan(child);
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(SERVED_WITHIN_MS) });
  return {
    // As Vite prints it: passkeys are bound to that name.
    url: `http://localhost:${port}/`,
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
