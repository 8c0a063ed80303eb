import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PROJECT } from '../contract/project.ts';

const CLIENT = join(PROJECT, 'client');

/** Writes what the package contains: a file of JavaScript for each entry point, their types, and the license. */
export async function buildClient(dist = join(CLIENT, 'dist')): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  await build({
    entryPoints: ['index.ts', 'callback.ts', 'events.ts'].map((name) => join(CLIENT, 'src', name)),
    outdir: dist,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
  const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '--project', CLIENT, '--outDir', dist], { stdio: 'inherit' });
  namesOfJavaScript(dist);
  cpSync(join(PROJECT, 'LICENSE'), join(dist, 'LICENSE'));
}

/** The compiler leaves `.ts` in declarations, and no such file is in the package. */
function namesOfJavaScript(dist: string): void {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(dist, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/( from '\.[^']+)\.ts'/g, "$1.js'"));
  }
}
