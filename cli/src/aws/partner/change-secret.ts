import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { refused } from './key-ring.ts';

interface Current {
  readonly text: string;
  readonly version: string;
}

/** A new version waits under this label until it is made the current one. */
const PENDING = 'REPROCESS-PENDING';

const ROUNDS = 20;

/**
 * Reads a secret, changes its text and writes it, only if nobody wrote meanwhile: else it begins again with what the other
 * one wrote. Secrets Manager has no conditional write, but it moves the label AWSCURRENT from one version to another only
 * if the caller knows which one has it.
 * @throws CommandError when there is no such secret, or others write without end; and whatever `change` throws
 */
export async function changeSecret(
  client: SecretsManagerClient,
  secretId: string,
  change: (text: string) => string,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await readCurrent(client, secretId);
    const text = change(before.text);
    if (text === before.text) return;
    const version = randomUUID();
    const put = { SecretId: secretId, SecretString: text, ClientRequestToken: version, VersionStages: [PENDING] };
    await client.send(new PutSecretValueCommand(put));
    if (await makeCurrent(client, secretId, version, before.version)) return;
    await sleep(Math.random() * 100 * (round + 1));
  }
  throw refused(`others kept changing the secret ${secretId}, and nothing is changed: run the command again`);
}

/** @throws CommandError */
export async function readCurrent(client: SecretsManagerClient, secretId: string): Promise<Current> {
  try {
    const { SecretString, VersionId = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return { text: SecretString ?? '', version: VersionId };
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    throw refused(`there is no secret ${secretId} in this account and region: deploy the stage first`);
  }
}

/** @returns false when another version has become the current one meanwhile */
async function makeCurrent(client: SecretsManagerClient, SecretId: string, to: string, from: string): Promise<boolean> {
  const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: to, RemoveFromVersionId: from };
  try {
    await client.send(new UpdateSecretVersionStageCommand(move));
    return true;
  } catch (error) {
    const { version } = await readCurrent(client, SecretId);
    // It was not the other one's doing: the caller may not do this, say.
    if (version === from) throw error;
    // A response may have been lost, and the SDK have asked again for what was done already.
    return version === to;
  }
}
