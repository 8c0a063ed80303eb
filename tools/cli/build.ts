import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PROJECT } from '../contract/project.ts';

const CLI = join(PROJECT, 'cli');

/** Writes what the package contains: one file of JavaScript that needs Node.js alone, and the license. */
export async function buildCli(dist = join(CLI, 'dist')): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const outfile = join(dist, 'reprocess.cjs');
  await build({
    entryPoints: [join(CLI, 'src/main.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    // Requires what Node.js brings when it is needed; an import would load all of it at the start.
    format: 'cjs',
    target: 'node22.12',
    banner: { js: '#!/usr/bin/env node' },
    legalComments: 'none',
    logLevel: 'error',
  });
  chmodSync(outfile, 0o755);
  cpSync(join(PROJECT, 'LICENSE'), join(dist, 'LICENSE'));
}
