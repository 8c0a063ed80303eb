import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledEntry, HANDLER } from '../../../infra/constructs/bundled-entry.ts';

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

  it('becomes one ES module with everything that it imports, which hands out its handler alone', async () => {
    writeFileSync(join(folder, 'double.ts'), 'export const double = (x: number) => 2 * x;');
    const file = bundle(
      `import { double } from './double.ts'; export const other = 1; export const handler = (event: number) => double(event);`,
    );
    expect(readdirSync(dirname(file))).toEqual(['index.mjs']);
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

  it('is named by what comes out, not by how it was written', () => {
    const first = assetOf(bundle('export const handler = () => 1;'));
    expect(assetOf(bundle('// a comment\nexport const handler = () => 1;'))).toBe(first);
    expect(assetOf(bundle('export const handler = () => 2;'))).not.toBe(first);
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
