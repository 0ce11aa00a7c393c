// An app that imports the outputs, under `tsc --strict`, with the compilers and the settings that apps have.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setStage } from '../harness/stage.js';

const stage = await setStage();
const nodeModules = fileURLToPath(new URL('../node_modules', import.meta.url));

const APP = `
import { Amplify } from 'aws-amplify';
import outputs from './amplify_outputs.json';

Amplify.configure(outputs);
`;

const SETTINGS = {
  'Vite and Next.js': { module: 'esnext', moduleResolution: 'bundler' },
  'Node.js': { module: 'nodenext', moduleResolution: 'nodenext' },
};

/** What TypeScript 5 still knows, and older apps have. */
const OLD_SETTINGS = { module: 'esnext', moduleResolution: 'node10', esModuleInterop: true };

const app = await mkdtemp(join(tmpdir(), 'poolhouse-types-'));
await symlink(nodeModules, join(app, 'node_modules'));
await writeFile(join(app, 'app.ts'), APP);
after(() => rm(app, { recursive: true }));

for (const [name, settings] of Object.entries(SETTINGS)) {
  for (const compiler of ['typescript', 'typescript-5']) {
    test(`the outputs pass tsc --strict as ${name} set it up (${compiler})`, async () => {
      await takeOutputs();
      assert.equal(await compile(compiler, settings), '');
    });
  }
}

test('the outputs pass tsc --strict as it was set up before (typescript-5)', async () => {
  await takeOutputs();
  assert.equal(await compile('typescript-5', OLD_SETTINGS), '');
});

test('tsc --strict says when the declaration beside the outputs is wrong', async () => {
  await takeOutputs();
  const declaration = join(app, 'amplify_outputs.json.d.ts');
  const wrong = (await readFile(declaration, 'utf8')).replace(/(declare const \w+: )[^;]+/, '$1number');
  await writeFile(declaration, wrong);
  assert.match(await compile('typescript-5', OLD_SETTINGS), /app\.ts\(5,19\): error TS\d+/);
});

test('tsc --strict says when the outputs are wrong', async () => {
  await takeOutputs();
  await writeFile(join(app, 'amplify_outputs.json'), JSON.stringify({ pool: stage.pool.outputs }));
  assert.match(await compile('typescript', SETTINGS['Vite and Next.js']), /app\.ts\(5,19\): error TS\d+/);
});

async function takeOutputs() {
  for (const file of ['amplify_outputs.json', 'amplify_outputs.json.d.ts']) {
    await cp(join(stage.project, file), join(app, file));
  }
}

/**
 * What the compiler has to say; nothing if all is well.
 * @param {string} compiler a package
 * @param {object} settings
 */
async function compile(compiler, settings) {
  const compilerOptions = {
    ...settings,
    strict: true,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    resolveJsonModule: true,
    skipLibCheck: true,
    noEmit: true,
  };
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(nodeModules, compiler, 'bin/tsc'), '-p', app], { encoding: 'utf8' });
  assert.equal(status === 0, stdout === '', `status ${status}: ${stdout}${stderr}`);
  return stdout;
}
