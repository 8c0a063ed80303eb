import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..');
const CACHE = join(ROOT, '.cache/local-stage');
/** Everything that affects templates and bundles. */
const SOURCES = ['functions', 'infra', 'console', 'client/src', 'cdk.json', 'package-lock.json'];
const CACHED_FOR_MS = 24 * 60 * 60 * 1000;

/** The message has the output of the app and the bundler. */
export class SynthesisFailed extends Error {
  override readonly name = 'SynthesisFailed';
}

/**
 * The templates and bundles of the stage `local`, as a deploy would make them. They are cached until one of their sources
 * changes.
 * @returns the directory of the cloud assembly
 * @throws SynthesisFailed
 */
export async function synthesiseLocalStage(): Promise<string> {
  const directory = join(CACHE, await hashOfSources());
  if (existsSync(directory)) {
    await utimes(directory, new Date(), new Date());
    return directory;
  }
  await mkdir(CACHE, { recursive: true });
  await dropOld();
  // Under another name first, so that no other start finds it incomplete, even if this one is interrupted.
  const unfinished = await mkdtemp(join(CACHE, 'unfinished-'));
  await synthesise(unfinished);
  // In Lambda, a bundle has no package.json around it and counts as CommonJS. Here Node would find the project's.
  await writeFile(join(unfinished, 'package.json'), '{}');
  await rename(unfinished, directory).catch(async (error) => {
    if (!existsSync(directory)) throw error;
    await rm(unfinished, { recursive: true });
  });
  return directory;
}

async function synthesise(outdir: string): Promise<void> {
  const env = { ...process.env, REPROCESS_STAGE: 'local', CDK_OUTDIR: outdir };
  try {
    await promisify(execFile)(process.execPath, [join(ROOT, 'infra/app.ts')], { cwd: ROOT, env });
  } catch (error) {
    await rm(outdir, { recursive: true });
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new SynthesisFailed(`the local stage could not be synthesised:\n${stdout}${stderr}`, { cause: error });
  }
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await Promise.all(SOURCES.map(filesOf))).flat().sort()) {
    const content = await readFile(file);
    hash.update(`${relative(ROOT, file)}:${content.length}:`).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

async function filesOf(source: string): Promise<readonly string[]> {
  const path = join(ROOT, source);
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** Keeps recent directories, because another process may use them. */
async function dropOld(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name);
    // Another process may have removed it.
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > CACHED_FOR_MS) await rm(path, { recursive: true, force: true });
  }
}
