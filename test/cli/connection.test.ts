import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findConnection } from '../../cli/src/profile/connection.ts';
import { profileFile, readProfiles, writeProfiles } from '../../cli/src/profile/profile-file.ts';
import { reprocess, temporaryFolder } from './support/run.ts';
import { BUDGET, stubService } from './support/stub-service.ts';

const profile = (name: string) => ({ url: `https://${name}.example`, apiKey: `${name}-key` });

/** An environment whose profiles are these. */
function withProfiles(...names: readonly string[]): NodeJS.ProcessEnv {
  const env = { XDG_CONFIG_HOME: temporaryFolder() };
  writeProfiles(profileFile(env), Object.fromEntries(names.map((name) => [name, profile(name)])));
  return env;
}

describe('the service is', () => {
  const fromEnvironment = { REPROCESS_URL: 'https://env.example', REPROCESS_API_KEY: 'env-key' };

  it('that of the command line, before the environment, before the profile', () => {
    const env = withProfiles('default', 'agency');
    const found = (options: object, more: object = {}) => findConnection(options, { ...env, ...more }).url;
    expect(found({ profile: 'agency' }, fromEnvironment)).toBe('https://agency.example');
    expect(found({ stage: 'local', port: '9000' }, fromEnvironment)).toBe('http://127.0.0.1:9000');
    expect(found({}, { ...fromEnvironment, REPROCESS_PROFILE: 'agency' })).toBe('https://env.example');
    expect(found({}, { REPROCESS_PROFILE: 'agency' })).toBe('https://agency.example');
    expect(found({})).toBe('https://default.example');
  });

  it.each(['x', '', '0', '65530', '99999'])('on this machine at a port that there can be, and not at %j', (port) => {
    expect(() => findConnection({ stage: 'local', port }, {})).toThrow(
      `--port must be a whole number from 1 to 65529, the HTTP API's in npm start, got ${port}`,
    );
  });
});

it('profiles are kept in the home directory where no other folder is named', () => {
  expect(profileFile({ XDG_CONFIG_HOME: '' })).toBe(profileFile({}));
});

describe('a profile', () => {
  const signIn = async (status: number, env: NodeJS.ProcessEnv) => {
    const { env: stub } = await stubService({ 'GET /v3/budget': () => [status, BUDGET] });
    const args = ['login', '--url', stub.REPROCESS_URL ?? '', '--with-key', '--profile', 'new'];
    return { url: stub.REPROCESS_URL, ...(await reprocess(args, { env, stdin: 'new-key\n' })) };
  };

  it('is kept beside the others, for its owner alone, once the service has taken its key', async () => {
    const env = withProfiles('agency');
    const file = profileFile(env);
    expect((await signIn(401, env)).code).toBe(4);
    expect((await signIn(404, env)).code).toBe(5);
    expect(readProfiles(file)).toEqual({ agency: profile('agency') });
    const { code, url } = await signIn(200, env);
    expect([code, statSync(file).mode & 0o777]).toEqual([0, 0o600]);
    expect(statSync(dirname(file)).mode & 0o077).toBe(0);
    expect(readProfiles(file)).toEqual({ agency: profile('agency'), new: { url, apiKey: 'new-key' } });
  });

  it('is forgotten alone', async () => {
    const env = withProfiles('default', 'agency');
    expect((await reprocess(['logout'], { env })).code).toBe(0);
    expect(readProfiles(profileFile(env))).toEqual({ agency: profile('agency') });
    expect((await reprocess(['logout'], { env })).code).toBe(2);
  });
});
