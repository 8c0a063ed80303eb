import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that goes with the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reprocess-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/**
 * A bundle as synthesis would leave it: `index.js`, a CommonJS module. @param source what follows `exports.handler =`
 */
export async function temporaryBundle(source: string): Promise<string> {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'index.js'), `exports.handler = ${source};\n`);
  return directory;
}
