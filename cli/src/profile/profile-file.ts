import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { usageError } from '../command-error.ts';

/** Where a service is, and a key of it. */
export interface Profile {
  readonly url: string;
  readonly apiKey: string;
}

export type Profiles = Readonly<Record<string, Profile>>;

export function profileFile(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'reprocess', 'profiles.json');
}

/** @throws CommandError when others may read it, or it is not one */
export function readProfiles(file: string): Profiles {
  let text: string;
  try {
    refuseForOthers(file);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return JSON.parse(text) as Profiles;
  } catch (cause) {
    throw usageError(`${file} is not JSON: delete it, and sign in again with reprocess login`, cause);
  }
}

function refuseForOthers(file: string): void {
  // Windows has no such modes.
  if (process.platform === 'win32' || (statSync(file).mode & 0o077) === 0) return;
  throw usageError(
    `others may read the keys in ${file}: run chmod 600 on it, and exchange keys that may have been seen`,
  );
}

/** Node's own `recursive` never ends in /proc, where nothing can be made. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, 0o700);
}

export function writeProfiles(file: string, profiles: Profiles): void {
  makeFolder(dirname(file));
  const next = `${file}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, file);
}
