import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledEntry } from '../../../infra/constructs/bundled-entry.ts';

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
    return join(outdir, `asset.${s3Location?.objectKey.replace('.zip', '')}`, 'index.js');
  }

  const assetOf = (bundlePath: string) => basename(dirname(bundlePath));

  it('becomes one CommonJS file with everything that it imports', () => {
    writeFileSync(join(folder, 'double.ts'), 'export const double = (x: number) => 2 * x;');
    const file = bundle(
      `import { double } from './double.ts'; export const handler = (event: number) => double(event);`,
    );
    expect(readdirSync(dirname(file)).sort()).toEqual(['index.js', 'init.mjs']);
    expect(createRequire(import.meta.url)(file).handler(21)).toBe(42);
    expect(readFileSync(file, 'utf8')).toContain('module.exports');
  });

  it('is loaded only when what it prepares is ready', async () => {
    const file = bundle(
      'let isReady = false; export const handler = () => isReady; export const ready = Promise.resolve().then(() => { isReady = true; });',
    );
    const { handler } = await import(join(dirname(file), 'init.mjs'));
    expect(handler()).toBe(true);
  });

  it('requires what it would import dynamically, which costs a cold function less', () => {
    const text = readFileSync(bundle(`export const handler = () => import('node:zlib');`), 'utf8');
    expect(text).toContain('require("node:zlib")');
    expect(text).not.toContain('import(');
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
});
