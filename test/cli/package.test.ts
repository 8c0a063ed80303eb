import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../docs/support/documents.ts';
import { bareEnvironment, fileWith } from './support/run.ts';
import { checkedOf, stubService } from './support/stub-service.ts';

const run = promisify(execFile);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

let folder = '';
let bin = '';

/** A folder with nothing in it but the package, as `npm pack` makes it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cli-package-'));
  await run('npm', ['pack', './cli', '--pack-destination', folder], { cwd: ROOT });
  writeFileSync(join(folder, 'package.json'), '{}');
  const tarball = `autoenhance-reprocess-${version}.tgz`;
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  bin = join(folder, 'node_modules/.bin/reprocess');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const call = (args: readonly string[], env = {}) => run(bin, [...args], { cwd: folder, env: bareEnvironment(env) });

describe('the package', () => {
  it('depends on nothing, and has the version of the service', async () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/autoenhance-reprocess/package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version, license: 'Apache-2.0' });
    expect(Object.keys(manifest).filter((name) => /dependencies/i.test(name))).toEqual([]);
    expect((await call(['--version'])).stdout).toBe(`${version}\n`);
  });

  it('loads the code of a command only when it is called', async () => {
    const loaded = `process.on('exit', () => console.error(process.moduleLoadList.filter((each) => /undici|readline|string_decoder/.test(each)).join(' ')));`;
    const preload = fileWith(loaded, 'loaded.cjs');
    const { stderr } = await call(['--version'], { NODE_OPTIONS: `--require ${preload}` });
    expect(stderr).not.toMatch(/undici|readline/);
  });

  it('reads tables, lines and workbooks', async () => {
    const { env, calls } = await stubService({ 'POST /v3/batches': () => [200, checkedOf(2)] });
    for (const file of [
      'spring.xlsx',
      fileWith('Bild-ID\nhouse\n', 'a.csv'),
      fileWith('{"Bild-ID":"house"}\n', 'a.ndjson'),
    ]) {
      const path = file === 'spring.xlsx' ? join(ROOT, 'test/cli/support', file) : file;
      await call(['batch', 'create', path, '--dry-run', '--map', 'Bild-ID=image_id', '--set', 'hdr=true'], env);
    }
    expect(calls.map(({ body }) => body.split('\n')[0])).toEqual([
      'image_id,Enhance Type,Rating,Note,hdr',
      'image_id,hdr',
      '{"image_id":"house","preferences":{"hdr":true}}',
    ]);
  });
});

describe('the completion', () => {
  const completed = (words: readonly string[]) => {
    const line = `eval "$(${bin} completion bash)"; COMP_WORDS=(reprocess ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _reprocess; echo "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', line], { encoding: 'utf8', env: bareEnvironment() }).stdout.trim().split(' ');
  };

  it('of bash knows commands, subcommands and options', () => {
    expect(completed(['ba'])).toEqual(['batch']);
    expect(completed(['batch', 'ca'])).toEqual(['cancel']);
    expect(completed(['batch', 'create', 'spring.csv', '--dr'])).toEqual(['--dry-run']);
    expect(completed(['batch', 'list', '--js'])).toEqual(['--json']);
  });

  it.each(['bash', 'zsh', 'fish'])('of %s names every command', async (shell) => {
    const { stdout } = await call(['completion', shell]);
    for (const word of ['batch', 'create', 'submit', 'doctor', 'dry-run', 'login']) expect(stdout).toContain(word);
  });
});
