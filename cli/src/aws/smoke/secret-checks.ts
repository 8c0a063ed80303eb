import { DescribeSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readCurrent } from '../partner/change-secret.ts';
import { parseKeyRing } from '../partner/key-ring.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/**
 * Whether a secret holds another value than the one it was created with: then that one is the previous value. The value
 * itself is not read, since a key has no business on the machine of whoever looks.
 */
export async function isFilled(client: SecretsManagerClient, SecretId: string): Promise<boolean> {
  const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
  return Object.values(VersionIdsToStages).flat().includes('AWSPREVIOUS');
}

export function judgeFilled(isSet: boolean, secretId: string, without: string): Finding {
  if (isSet) return ok(`${secretId} is filled (its value was not read)`);
  return warning(`${secretId} was never filled: ${without}`);
}

/** These are hashes, and may be read. */
export async function checkPartnerKeys(client: SecretsManagerClient, secretId: string, now: number): Promise<Finding> {
  const ring = readable((await readCurrent(client, secretId)).text);
  if (typeof ring === 'string') return failed(`${secretId}: ${ring}`);
  const partners = Object.values(ring).filter(({ keys }) => keys.some((key) => isValid(key.expires_at, now))).length;
  if (partners === 0) return warning(`${secretId} holds no valid key: nobody may call the HTTP API yet`);
  return ok(`${partners} ${partners === 1 ? 'partner has' : 'partners have'} a key`);
}

function isValid(end: string | undefined, now: number): boolean {
  return end === undefined || Date.parse(end) > now;
}

function readable(text: string): ReturnType<typeof parseKeyRing> | string {
  try {
    return parseKeyRing(text);
  } catch (error) {
    return (error as Error).message;
  }
}
