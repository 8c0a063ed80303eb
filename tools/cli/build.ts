import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { PROJECT } from '../contract/project.ts';
import { licensesOf } from './licenses.ts';

const CLI = join(PROJECT, 'cli');

/** What wants AWS credentials. With AWS's SDK it is five times as long as all the rest, which would start later for it. */
const AWS = { source: join(CLI, 'src/aws/verbs.ts'), file: './aws.cjs' };

/** Leaves what is loaded from another file of the package to be loaded at run time. */
const loadedFromAws: Plugin = {
  name: 'loaded-from-aws',
  setup({ onResolve }) {
    onResolve({ filter: /\/aws\/verbs\.ts$/ }, () => ({ path: AWS.file, external: true }));
  },
};

const OPTIONS = {
  bundle: true,
  minify: true,
  platform: 'node',
  // Requires what Node.js brings when it is needed; an import would load all of it at the start.
  format: 'cjs',
  target: 'node22.12',
  legalComments: 'none',
  metafile: true,
  absWorkingDir: PROJECT,
  logLevel: 'error',
} satisfies BuildOptions;

/** Writes what the package contains: two files of JavaScript that need Node.js alone, its license, and those of what they bundle. */
export async function buildCli(dist = join(CLI, 'dist')): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const outfile = join(dist, 'reprocess.cjs');
  const built = await Promise.all([
    build({
      ...OPTIONS,
      entryPoints: [join(CLI, 'src/main.ts')],
      outfile,
      banner: { js: '#!/usr/bin/env node' },
      plugins: [loadedFromAws],
    }),
    build({ ...OPTIONS, entryPoints: [AWS.source], outfile: join(dist, AWS.file) }),
  ]);
  chmodSync(outfile, 0o755);
  cpSync(join(PROJECT, 'LICENSE'), join(dist, 'LICENSE'));
  writeFileSync(join(dist, 'LICENSES-OF-OTHERS'), licensesOf(built.map(({ metafile }) => metafile)));
}
