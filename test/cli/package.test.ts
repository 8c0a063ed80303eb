import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startSecretsManager } from '../../local/secrets-manager.ts';
import { ROOT } from '../docs/support/documents.ts';
import { bareEnvironment, fileWith, temporaryFolder } from './support/run.ts';
import { SIGNED } from './support/run-here.ts';
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

  it('has the licenses of the packages that it is bundled from, as they ask for', () => {
    const [own, others] = ['LICENSE', 'LICENSES-OF-OTHERS'].map((name) =>
      readFileSync(join(folder, 'node_modules/autoenhance-reprocess/dist', name), 'utf8'),
    );
    expect(own).toContain('Apache License');
    for (const name of ['commander', 'string-width', 'read-excel-file', 'zod']) {
      const text = readFileSync(
        join(ROOT, 'node_modules', name, name === 'string-width' ? 'license' : 'LICENSE'),
        'utf8',
      );
      expect(others).toMatch(new RegExp(`^${name} [\\d.]+ \\(MIT\\)$`, 'm'));
      expect(others).toContain(text.trim());
    }
  });

  it('loads the code of a command only when it is called', async () => {
    const loaded = `process.on('exit', () => console.error(process.moduleLoadList.filter((each) => /undici|readline|string_decoder/.test(each)).join(' ')));`;
    const preload = fileWith(loaded, 'loaded.cjs');
    const { stderr } = await call(['--version'], { NODE_OPTIONS: `--require ${preload}` });
    expect(stderr).not.toMatch(/undici|readline/);
  });

  it("loads AWS's SDK for what wants AWS credentials, and for nothing else", async () => {
    const loaded = `process.on('exit', () => console.error(Object.keys(require.cache).filter((each) => each.includes('aws.cjs')).length));`;
    const preload = { NODE_OPTIONS: `--require ${fileWith(loaded, 'loaded.cjs')}` };
    const { env } = await stubService({ 'GET /v3/requests': () => [200, { requests: [] }] });
    expect((await call(['dead', 'list'], { ...env, ...preload })).stderr).toMatch(/^There are none\.\n0\n$/);
    const { stderr } = await call(['smoke'], preload).catch((error) => error);
    expect(stderr).toMatch(/^reprocess: --stage must be the name of a stage, or local, got nothing\n1\n$/);
  });

  it('does what wants AWS credentials for a stage of which no cdk.json is there', async () => {
    const secrets = await startSecretsManager({ secrets: { 'reprocess/elsewhere/partner-keys': '{}' } });
    onTestFinished(secrets.close);
    const env = { AWS_ENDPOINT_URL: secrets.url, AWS_REGION: 'eu-west-1', ...SIGNED };
    const added = await call(['partner', 'add', 'acme', '--stage', 'elsewhere'], env);
    expect(added.stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await call(['partner', 'list', '--stage', 'elsewhere'], env)).stdout).toMatch(/^acme\t[0-9a-f]{12}\t/);
    const { code, stderr } = await call(['partner', 'remove', 'hooli', '--stage', 'elsewhere'], env).catch(
      (error) => error,
    );
    expect([code, stderr]).toEqual([1, 'reprocess: there is no partner hooli: there are acme\n']);
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
    const handed = calls.filter(({ method }) => method === 'POST');
    expect(handed.map(({ body }) => body.split('\n')[0])).toEqual([
      'image_id,Enhance Type,Rating,Note,hdr',
      'image_id,hdr',
      '{"image_id":"house","preferences":{"hdr":true}}',
    ]);
  });
});

describe('the completion', () => {
  const completed = (words: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const line = `eval "$(${bin} completion bash)"; COMP_WORDS=(reprocess ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _reprocess; echo "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', line], { encoding: 'utf8', env: bareEnvironment(env) })
      .stdout.trim()
      .split(' ');
  };

  it('of bash knows commands, subcommands and options', () => {
    expect(completed(['ba'])).toEqual(['batch']);
    expect(completed(['batch', 'ca'])).toEqual(['cancel']);
    expect(completed(['batch', 'create', 'spring.csv', '--dr'])).toEqual(['--dry-run']);
    expect(completed(['batch', 'list', '--js'])).toEqual(['--json']);
  });

  it('of bash knows the profiles, and the stage that is always there', () => {
    const folder = temporaryFolder();
    const profiles = { agency: { url: 'http://127.0.0.1:1', apiKey: 'secret' }, 'a; rm': {}, default: {} };
    mkdirSync(join(folder, 'reprocess'));
    writeFileSync(join(folder, 'reprocess/profiles.json'), JSON.stringify(profiles), { mode: 0o600 });
    const env = { XDG_CONFIG_HOME: folder };
    expect(completed(['budget', '--profile', ''], env)).toEqual(['agency', 'default']);
    expect(completed(['--profile', 'ag'], env)).toEqual(['agency']);
    expect(completed(['batch', 'list', '--stage', ''], env)).toEqual(['local']);
    chmodSync(join(folder, 'reprocess/profiles.json'), 0o644);
    expect(completed(['ba'], env)).toEqual(['batch']);
  });

  it.each(['bash', 'zsh', 'fish'])('of %s names every command', async (shell) => {
    const { stdout } = await call(['completion', shell]);
    for (const word of ['batch', 'create', 'submit', 'doctor', 'dry-run', 'login', 'resubmit', 'smoke', 'revert'])
      expect(stdout).toContain(word);
  });
});
