import { usageError } from '../command-error.ts';
import type { GlobalOptions } from '../global-options.ts';
import { type Profile, profileFile, readProfiles } from './profile-file.ts';

export interface Connection extends Profile {
  /** Where it was found, for people. */
  readonly from: string;
}

/** The service of `npm start`, as docs/local.md has it. With --live its key is another one. */
const LOCAL = { host: 'http://127.0.0.1', port: 8787, apiKey: 'local-operator-key' };

/** The service takes the six ports above it as well. */
const HIGHEST_PORT = 65_529;

export const USUAL_PROFILE = 'default';

/** What was named in the command line is used before the environment, and that before the usual profile. @throws CommandError */
export function findConnection({ stage, port, profile }: GlobalOptions, env: NodeJS.ProcessEnv): Connection {
  if (stage !== undefined) return localConnection(stage, port);
  if (port !== undefined) throw usageError('--port goes with --stage local alone');
  return (profile === undefined ? ofEnvironment(env) : undefined) ?? ofProfile(profile ?? env.REPROCESS_PROFILE, env);
}

function localConnection(stage: string, port = `${LOCAL.port}`): Connection {
  if (stage !== 'local') {
    throw usageError(`--stage may be local, got ${stage}: for other services see reprocess login, and use --profile`);
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > HIGHEST_PORT) {
    throw usageError(
      `--port must be a whole number from 1 to ${HIGHEST_PORT}, the HTTP API's in npm start, got ${port}`,
    );
  }
  return { url: `${LOCAL.host}:${port}`, apiKey: LOCAL.apiKey, from: '--stage local' };
}

function ofEnvironment({ REPROCESS_URL: url, REPROCESS_API_KEY: apiKey }: NodeJS.ProcessEnv): Connection | undefined {
  if (url && apiKey) return { url, apiKey, from: 'REPROCESS_URL and REPROCESS_API_KEY' };
  // A key must not be sent to an address that it does not belong to.
  if (url || apiKey) throw usageError('REPROCESS_URL and REPROCESS_API_KEY go together: set both, or neither');
  return undefined;
}

function ofProfile(name = USUAL_PROFILE, env: NodeJS.ProcessEnv): Connection {
  const profiles = readProfiles(profileFile(env));
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (found !== undefined) return { ...found, from: `the profile ${name}` };
  const names = Object.keys(profiles).join(', ');
  if (names === '') throw usageError('no service is known yet: sign in with reprocess login, or use --stage local');
  const login = name === USUAL_PROFILE ? 'reprocess login' : `reprocess login --profile ${name}`;
  throw usageError(`there is no profile ${name}, there is ${names}: name one by --profile, or sign in with ${login}`);
}
