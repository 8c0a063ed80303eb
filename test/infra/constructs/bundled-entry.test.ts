import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledEntry, HANDLER } from '../../../infra/constructs/bundled-entry.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LOGGED_ERROR = join(ROOT, 'functions/core/logged-error.ts');

describe('an entry', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'entry-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** @returns the bundle's path: its folder carries the asset's hash */
  function bundle(source: string): string {
    writeFileSync(join(folder, 'index.ts'), source);
    // Another folder each time, since CDK bundles nothing twice in one process.
    const outdir = mkdtempSync(join(folder, 'out-'));
    const { s3Location } = bundledEntry(folder).bind(new Stack(new App({ outdir }), 'Stack'));
    return join(outdir, `asset.${s3Location?.objectKey.replace('.zip', '')}`, 'index.mjs');
  }

  const assetOf = (bundlePath: string) => basename(dirname(bundlePath));

  it('becomes one ES module with everything that it imports, which hands out its handler alone, and a map of it', async () => {
    writeFileSync(join(folder, 'double.ts'), 'export const double = (x: number) => 2 * x;');
    const file = bundle(
      `import { double } from './double.ts'; export const other = 1; export const handler = (event: number) => double(event);`,
    );
    expect(readdirSync(dirname(file)).sort()).toEqual(['index.mjs', 'index.mjs.map']);
    const { handler, ...others } = await import(file);
    expect(handler(21)).toBe(42);
    expect(others).toEqual({});
  });

  it('is found by Lambda under the name of its file and of what it exports', async () => {
    const [module, name = ''] = HANDLER.split('.');
    const file = bundle('export const handler = () => 42;');
    expect(basename(file)).toBe(`${module}.mjs`);
    expect((await import(file))[name]()).toBe(42);
  });

  it('is loaded only when what it prepares is ready', async () => {
    const file = bundle(
      'let isReady = false; export const handler = () => isReady; export const ready = new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => { isReady = true; });',
    );
    const { handler } = await import(file);
    expect(handler()).toBe(true);
  });

  it('that cannot be loaded fails Lambda’s INIT with its own error', async () => {
    const file = bundle(`throw new Error('LEDGER_TABLE is missing'); export const handler = () => 1;`);
    await expect(import(file)).rejects.toThrow('LEDGER_TABLE is missing');
  });

  it('keeps its names apart from those around it, minified or not', async () => {
    const file = bundle(
      `const module = 1; const require = 2; const exports = 4; const process = 8; const ready = 16;
      export const handler = () => module + require + exports + process + ready;`,
    );
    expect((await import(file)).handler()).toBe(31);
  });

  it('requires what is Node’s, also what it would import dynamically, which costs a cold function less', async () => {
    const file = bundle(
      `import { isIP } from 'node:net'; export const handler = async () => [isIP('::1'), typeof (await import('node:zlib')).gzipSync];`,
    );
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('require("node:zlib")');
    expect(text).not.toMatch(/\bimport\b/);
    expect(await (await import(file)).handler()).toEqual([6, 'function']);
  });

  it('is named by what comes out, lines included, and not by where it was made', () => {
    const first = assetOf(bundle('export const handler = () => 1;'));
    expect(assetOf(bundle('export const handler = () => 1; // a comment'))).toBe(first);
    expect(assetOf(bundle('\nexport const handler = () => 1;'))).not.toBe(first);
    expect(assetOf(bundle('export const handler = () => 2;'))).not.toBe(first);
  });

  it('says of an error which of our functions, files and lines it came from', () => {
    writeFileSync(
      join(folder, 'deep.ts'),
      `export interface Deep { readonly text: string }
      const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
      class Thing { fail(): never { throw new TypeError('no', { cause: new Error('why') }); } }
      async function inner() {
        await soon();
        return [1].map(() => new Thing().fail());
      }
      export const outer = async () => { await inner(); };`,
    );
    const file = bundle(
      `import { outer } from './deep.ts';\nimport { loggedError } from '${LOGGED_ERROR}';
      export const handler = () => outer().catch((error) => loggedError(error));`,
    );
    const script = `console.log(JSON.stringify(await (await import(${JSON.stringify(file)})).handler()))`;
    const logged = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
    );
    const frames = [
      ['fail', 'deep.ts:3:43'],
      ['', 'deep.ts:6:42'],
      ['Array.map', '<anonymous>'],
      ['inner', 'deep.ts:6:20'],
      ['async outer', 'deep.ts:8:42'],
    ];
    const short = (text: string) =>
      text
        .replaceAll(`${relative(ROOT, folder)}/`, '')
        .split('\n')
        .slice(0, 5);
    const expected = frames.map(([name, where]) => (name === '' ? `at ${where}` : `at ${name} (${where})`));
    const [own, behind] = logged.frames.split('\ncaused by\n').map(short);
    expect(own).toEqual(expected);
    expect(behind).toEqual(['at fail (deep.ts:3:72)', ...expected.slice(1)]);
  });

  it('reads its map only when a stack is wanted', () => {
    const file = bundle(`export const handler = () => { throw new Error('no'); };`);
    rmSync(`${file}.map`);
    const script = `const { handler } = await import(${JSON.stringify(file)});
      try { handler(); } catch (error) { console.log(error.stack); }`;
    const stack = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stack).toMatch(/^Error: no\n {4}at .*file:\/\/.*\/index\.mjs:\d+:\d+/);
  });

  it('has no line of our source, and no path of this machine, in its map', () => {
    const file = bundle(`export const handler = () => 'canary'; import '${LOGGED_ERROR}';`);
    const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
    expect(map.sources).toContain('functions/adapters/telemetry/located-stacks.ts');
    expect(map.sources.filter((source: string) => source.startsWith('/'))).toEqual([]);
    expect(JSON.stringify(map)).not.toContain(ROOT);
    expect(map.sourcesContent).toBeUndefined();
  });

  it('that cannot be bundled ends the synth with its name, and no container is tried', () => {
    expect(() => bundle(`import './missing.ts';`)).toThrow(
      `the entry could not be bundled: ${join(folder, 'index.ts')}`,
    );
  });

  // The SDK may ask for another name in a newer version: that shows when a stage is deployed, and not in a cold start.
  it('that imports a source of credentials beside the environment cannot be bundled', () => {
    const source = `import { fromIni } from '@aws-sdk/credential-provider-node'; export const handler = fromIni;`;
    expect(() => bundle(source)).toThrow('the entry could not be bundled');
  });
});
