import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type SecretsManager, startSecretsManager } from '../../local/secrets-manager.ts';

let secrets: SecretsManager;
let client: SecretsManagerClient;
beforeEach(async () => {
  secrets = await startSecretsManager({ secrets: { 'stage/api-key': 'first', empty: null } });
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  client = new SecretsManagerClient({ maxAttempts: 1 });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  client.destroy();
  await secrets.close();
});

describe('GetSecretValue, asked by the SDK through its environment', () => {
  test.each([
    'stage/api-key',
    'arn:aws:secretsmanager:us-east-1:000000000000:secret:stage/api-key-AbCdEf',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:stage/api-key',
  ])('finds %s', async (id) => {
    expect(await read(id)).toMatchObject({
      Name: 'stage/api-key',
      ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:stage/api-key-AbCdEf',
      SecretString: 'first',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: expect.any(Date),
    });
  });

  test('says of an unknown secret, and of one without a value, what AWS says', async () => {
    const name = 'ResourceNotFoundException';
    await expect(read('other')).rejects.toMatchObject({ name, message: /can't find the specified secret\.$/ });
    await expect(read('empty')).rejects.toMatchObject({ name, message: /for staging label: AWSCURRENT$/ });
  });

  test('counts its reads', async () => {
    await read('stage/api-key');
    await read('other').catch(() => undefined);
    await client.send(new DescribeSecretCommand({ SecretId: 'stage/api-key' }));
    expect(secrets.reads()).toBe(2);
  });
});

describe('PutSecretValue', () => {
  test('makes the value current and the one before it previous', async () => {
    const SecretId = 'stage/api-key';
    const written = await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'second' }));
    expect(await read(SecretId)).toMatchObject({ SecretString: 'second', VersionId: written.VersionId });
    expect(await read(SecretId, 'AWSPREVIOUS')).toMatchObject({ SecretString: 'first' });
  });

  test('fills a secret that was created empty', async () => {
    await client.send(new PutSecretValueCommand({ SecretId: 'empty', SecretString: 'filled' }));
    expect(await read('empty')).toMatchObject({ SecretString: 'filled' });
    await expect(read('empty', 'AWSPREVIOUS')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('refuses an unknown secret', async () => {
    const put = new PutSecretValueCommand({ SecretId: 'other', SecretString: 'x' });
    await expect(client.send(put)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('UpdateSecretVersionStage', () => {
  const SecretId = 'stage/api-key';
  /** Puts a version that is not the current one. @returns its id, and that of the current one */
  async function beside(SecretString: string) {
    const { VersionId: current } = await read(SecretId);
    const put = new PutSecretValueCommand({ SecretId, SecretString, VersionStages: ['BESIDE'] });
    const { VersionId: next } = await client.send(put);
    expect(await read(SecretId)).toMatchObject({ SecretString: 'first', VersionId: current });
    return { current, next };
  }
  const move = (MoveToVersionId: string | undefined, RemoveFromVersionId: string | undefined) =>
    client.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId,
        RemoveFromVersionId,
      }),
    );

  test('makes another version current, and the one before it previous', async () => {
    const { current, next } = await beside('second');
    await move(next, current);
    expect(await read(SecretId)).toMatchObject({ SecretString: 'second', VersionId: next });
    expect(await read(SecretId, 'AWSPREVIOUS')).toMatchObject({ SecretString: 'first', VersionId: current });
  });

  test('refuses when the current version is not the one that was named', async () => {
    const { current, next } = await beside('second');
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'meanwhile' }));
    const refusal = { name: 'InvalidParameterException' };
    await expect(move(next, current)).rejects.toMatchObject(refusal);
    await expect(move(next, undefined)).rejects.toMatchObject(refusal);
    await expect(move('no-such-version', current)).rejects.toMatchObject(refusal);
    expect(await read(SecretId)).toMatchObject({ SecretString: 'meanwhile' });
  });
});

test('takes a version that comes again under its token, and none that differs', async () => {
  const put = (SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId: 'empty', SecretString, ClientRequestToken: 'a'.repeat(32) }));
  expect(await put('same')).toMatchObject({ VersionId: 'a'.repeat(32) });
  expect(await put('same')).toMatchObject({ VersionId: 'a'.repeat(32) });
  await expect(put('other')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  // It does not take the place of what came between.
  await client.send(new PutSecretValueCommand({ SecretId: 'empty', SecretString: 'later' }));
  await put('same');
  expect(await read('empty')).toMatchObject({ SecretString: 'later' });
});

test('makes the first version the current one, whatever else it is', async () => {
  const put = new PutSecretValueCommand({ SecretId: 'empty', SecretString: 'filled', VersionStages: ['BESIDE'] });
  const { VersionId, VersionStages } = await client.send(put);
  expect(VersionStages?.toSorted()).toEqual(['AWSCURRENT', 'BESIDE']);
  expect(await read('empty')).toMatchObject({ SecretString: 'filled', VersionId });
});

test('DescribeSecret lists a replaced version, and shows no value', async () => {
  const describeSecret = () => client.send(new DescribeSecretCommand({ SecretId: 'stage/api-key' }));
  const stages = async () => Object.values((await describeSecret()).VersionIdsToStages ?? {}).flat();
  expect(await stages()).toEqual(['AWSCURRENT']);
  await client.send(new PutSecretValueCommand({ SecretId: 'stage/api-key', SecretString: 'second' }));
  expect((await stages()).toSorted()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  expect(JSON.stringify(await describeSecret())).not.toMatch(/first|second/);
});

test('refuses every other operation', async () => {
  const deleteSecret = new DeleteSecretCommand({ SecretId: 'empty' });
  await expect(client.send(deleteSecret)).rejects.toMatchObject({ name: 'UnknownOperationException' });
});

test('fails as often as planned, or until it is healed', async () => {
  secrets.fail({ times: 2, status: 400, type: 'AccessDeniedException', message: 'no' });
  const denied = { name: 'AccessDeniedException', message: 'no' };
  await expect(read('stage/api-key')).rejects.toMatchObject(denied);
  await expect(read('stage/api-key')).rejects.toMatchObject(denied);
  expect(await read('stage/api-key')).toMatchObject({ SecretString: 'first' });
  secrets.fail({ times: 100, status: 500, type: 'InternalServiceError', delayMs: 1 });
  await expect(read('stage/api-key')).rejects.toMatchObject({ name: 'InternalServiceError' });
  secrets.heal();
  expect(await read('stage/api-key')).toMatchObject({ SecretString: 'first' });
});

function read(SecretId: string, VersionStage?: string) {
  return client.send(new GetSecretValueCommand({ SecretId, ...(VersionStage && { VersionStage }) }));
}
