import { text } from 'node:stream/consumers';
import { createClient } from '../../../client/src/create-client.ts';
import { ReprocessError } from '../../../client/src/reprocess-error.ts';
import { CommandError, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { USUAL_PROFILE } from '../profile/connection.ts';
import { type Profile, profileFile, readProfiles, writeProfiles } from '../profile/profile-file.ts';
import { ask } from '../terminal/prompt.ts';

interface LoginOptions {
  readonly url?: string;
  readonly withKey?: boolean;
  readonly profile?: string;
}

/** `login`: never a key in an argument, which everybody on the machine can see. */
export async function run(context: Context, options: LoginOptions): Promise<ExitCode> {
  const name = options.profile ?? USUAL_PROFILE;
  const url = options.url ?? (await ask(context, 'Address of the service: '));
  const apiKey = options.withKey ? await keyOfStdin(context) : await ask(context, 'Key: ', { isSecret: true });
  if (apiKey === '') throw usageError('the key must not be empty: ask the operator of the service for one');
  await check({ url, apiKey }, context);
  const file = profileFile(context.env);
  writeProfiles(file, { ...readProfiles(file), [name]: { url, apiKey } });
  context.output.data({ profile: name, url }, () => `Signed in to ${url} as the profile ${name}.`);
  context.output.say(`The key is in ${file}, which only you can read.`);
  return EXIT.finished;
}

async function keyOfStdin({ stdin }: Context): Promise<string> {
  if (stdin.isTTY)
    throw usageError('--with-key reads the key from a pipe, and this is a terminal: leave it out to be asked');
  return (await text(stdin)).trim();
}

/** @throws CommandError, ReprocessError when they are not right: nothing is kept then */
async function check(profile: Profile, { signal }: Context): Promise<void> {
  try {
    await createClient({ ...profile, retries: 1 }).budget({ signal });
  } catch (error) {
    if (!(error instanceof ReprocessError)) throw error;
    if (error.status === 401) {
      const detail = `${profile.url} does not know this key, and nothing was kept: was it copied whole?`;
      throw new CommandError('http_401', EXIT.notAllowed, detail, error);
    }
    if (error.status !== 404) throw error;
    const detail = `${profile.url} is not the address of such a service, and nothing was kept: was it copied whole?`;
    throw new CommandError('http_404', EXIT.notReached, detail, error);
  }
}
