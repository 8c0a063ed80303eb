import { parsePlainSecret } from './plain-secret.ts';
import { SecretFlaw } from './read-secret.ts';

/** `example` for the secret that {@link parseSessionSecret} reads. */
export const SESSION_SECRET_EXAMPLE = '<at least 32 random characters>';

const LEAST_CHARACTERS = 32;

/** What signs the console's sessions. CDK has it generated; another value signs everybody out. @throws SecretFlaw */
export function parseSessionSecret(text: string): string {
  const [secret = ''] = parsePlainSecret(text, { noun: 'session secret', member: 'secret' });
  if (secret.length < LEAST_CHARACTERS) throw new SecretFlaw(`has fewer than ${LEAST_CHARACTERS} characters`);
  return secret;
}
