import { usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { USUAL_PROFILE } from '../profile/connection.ts';
import { profileFile, readProfiles, writeProfiles } from '../profile/profile-file.ts';

/** `logout` */
export async function run({ env, output, options }: Context): Promise<ExitCode> {
  const name = options.profile ?? USUAL_PROFILE;
  const file = profileFile(env);
  const { [name]: found, ...others } = readProfiles(file);
  if (found === undefined) throw usageError(`there is no profile ${name}: name one by --profile`);
  writeProfiles(file, others);
  output.data({ profile: name, url: found.url }, () => `The profile ${name} is forgotten. Its key stays valid.`);
  return EXIT.finished;
}
