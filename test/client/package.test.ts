import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Service, startService } from '../../local/service.ts';
import { readJson } from '../docs/support/contract.ts';
import { blocksOf, ROOT, readDocument } from '../docs/support/documents.ts';

const run = promisify(execFile);
const examples = blocksOf(readDocument('client/README.md')).filter(({ kind }) => kind === 'example');

const MOST_BYTES = 8 * 1024;
const CONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    module: 'nodenext',
    types: [],
    outDir: 'out',
  },
  include: ['*.ts'],
};

let folder = '';
let service: Service;

/** A project with nothing in it but the package, as `npm pack` makes it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'client-'));
  await run('npm', ['pack', './client', '--pack-destination', folder], { cwd: ROOT });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'client/package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const tarball = `autoenhance-reprocess-client-${version}.tgz`;
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
  service = await startService({ sandbox: { processingMs: 50 }, finishesImages: true, schedulesEveryMs: 1000 });
  for (const [index, { text }] of examples.entries()) {
    writeFileSync(join(folder, `example-${index}.ts`), text.replaceAll('http://127.0.0.1:8787', service.addresses.api));
  }
});

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const inPackage = (path: string) => join(folder, 'node_modules/autoenhance-reprocess-client', path);

describe('the package', () => {
  it.each(['index.js', 'callback.js', 'events.js'])(
    'has in %s at most 8 KB of JavaScript, which import nothing',
    (name) => {
      const file = inPackage(`dist/${name}`);
      expect(statSync(file).size).toBeLessThanOrEqual(MOST_BYTES);
      expect(readFileSync(file, 'utf8')).not.toMatch(/\bimport\b|\brequire\b/);
    },
  );

  it('depends on nothing, and has the version of the service', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const manifest = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version, license: 'Apache-2.0' });
    expect(Object.keys(manifest).filter((name) => /dependencies/i.test(name))).toEqual([]);
    expect(readFileSync(inPackage('dist/LICENSE'), 'utf8')).toContain('Apache License');
  });
});

describe('the examples of its README', () => {
  it('compile in a strict project that has nothing else', async () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    await expect(run(process.execPath, [tsc], { cwd: folder })).resolves.toMatchObject({ stdout: '' });
  });

  it.each(examples.map(({ place }, index) => [place, index] as const))(
    '%s runs against the local service',
    async (_, index) => {
      // It ends what hangs, and measures nothing.
      const options = { cwd: folder, timeout: 200_000 };
      const { stdout, stderr } = await run(process.execPath, [`out/example-${index}.js`], options);
      expect(stderr).toBe('');
      const [, printed] = PRINTED.find(([part]) => examples[index]?.text.includes(part)) ?? [];
      expect(stdout).toMatch(printed ?? 'what PRINTED says of it');
    },
  );
});

describe('the functions of the examples', () => {
  const exported = async (name: string) => {
    const index = examples.findIndex(
      ({ text }) => text.includes(`export function ${name}(`) || text.includes(`export async function ${name}(`),
    );
    return (await import(join(folder, `out/example-${index}.js`)))[name];
  };

  it('read an event of the results queue', async () => {
    const [event] = readJson('docs/asyncapi.json').components.messages.ReprocessFailed.examples;
    const said = vi.spyOn(console, 'log').mockReturnValue();
    (await exported('consume'))(JSON.stringify(event.payload));
    expect(said.mock.calls).toEqual([['no-such-image', 'not_found']]);
    said.mockRestore();
  });

  it('take a callback that is signed, and refuse one that is not', async () => {
    const said = vi.spyOn(console, 'log').mockReturnValue();
    const receive = await exported('receive');
    const secret = `whsec_${btoa('a secret of some length')}`;
    const body = JSON.stringify({ specversion: '1.0', id: '1', type: 'image.processed', data: {} });
    const now = new Date();
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)) };
    const signature = new Webhook(secret).sign('msg_1', now, body);
    const call = (more: object) =>
      new Request('https://example.com', { method: 'POST', body, headers: { ...headers, ...more } });
    expect((await receive(call({ 'webhook-signature': signature }), secret)).status).toBe(204);
    expect((await receive(call({}), secret)).status).toBe(401);
    expect(said.mock.calls).toEqual([['image.processed']]);
    said.mockRestore();
  });
});

/** What the example with a text prints. One that prints nothing has functions, which are tried below. */
const PRINTED: readonly (readonly [string, RegExp])[] = [
  ['result.state', /^started http:[0-9a-f]{64}\n$/],
  ['waitFor', /^finished\n$/],
  ['batches.watch', /^2 images, .+ \[\]\n(running \d of 2\n)*finished 2 of 2\n(\{.*"state":"finished".*\}\n){2}\n$/],
  ['no-such-image', /^404 http_404 there is no image no-such-image\n$/],
  ['ofImage', /^(\S+ (started|finished)\n){2,}$/],
  ['callbacks.set', /^the callback is not set, since its test failed: .+ whsec_\S+\n$/],
  ['parseEvent', /^$/],
  ['verifyCallback', /^$/],
];
