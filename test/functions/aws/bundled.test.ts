import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundledEntry } from '../../../infra/constructs/bundled-entry.ts';
import { callEverything } from './adapters.ts';
import { type Captured, KEYS, REGION, says, startAws } from './support.ts';

const ROOT = join(import.meta.dirname, '../../..');
const ENTRY = `import { callEverything } from '${ROOT}/test/functions/aws/adapters.ts';
import { systemWorld } from '${ROOT}/functions/runtime.ts';
export const handler = () => callEverything(systemWorld());`;

const ANSWERS = [
  '{"MessageId":"one"}',
  '{"Failed":[{"Id":"0","Code":"InternalError"}]}',
  '{"Attributes":{"ApproximateNumberOfMessages":"4","ApproximateNumberOfMessagesNotVisible":"3"}}',
  '{}',
  '{"SecretString":"Küche 🏠"}',
  '{}',
].map((body) => says(200, body));

const understood = ({ headers, body }: Captured) => ({
  operation: headers['x-amz-target'],
  form: headers['content-type'],
  input: JSON.parse(body),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundled-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The adapters with the world as Lambda has it, out of a bundle. @param name of its entry, which says how much of the SDK it gets */
async function handlerOf(name: string): Promise<typeof callEverything> {
  const entry = join(folder, name);
  mkdirSync(entry);
  writeFileSync(join(entry, 'index.ts'), ENTRY);
  const outdir = mkdtempSync(join(folder, 'out-'));
  const { s3Location } = bundledEntry(entry).bind(new Stack(new App({ outdir }), 'Stack'));
  return (await import(join(outdir, `asset.${s3Location?.objectKey.replace('.zip', '')}`, 'index.mjs'))).handler;
}

describe.each(['reprocess-worker', 'upload-trigger'])('what is bundled for %s', (name) => {
  it('makes every call that the SDK’s clients make, and understands the answers as they do', async () => {
    const sdk = await startAws(...ANSWERS);
    const settings = {
      endpoint: sdk.url,
      region: REGION,
      credentials: KEYS,
      useQueueUrlAsEndpoint: false,
      md5: false as const,
    };
    const clients = [
      new SQSClient(settings),
      new DynamoDBClient(settings),
      new SecretsManagerClient(settings),
    ] as const;
    const [sqs, dynamo, secrets] = clients.map((client) => client.send.bind(client)) as never as [never, never, never];
    const expected = await callEverything({ sqs, dynamo, secrets });

    const ours = await startAws(...ANSWERS);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { accessKeyId, secretAccessKey } = KEYS;
    const keys = { AWS_REGION: REGION, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    for (const [variable, value] of Object.entries(keys)) vi.stubEnv(variable, value);
    for (const service of ['SQS', 'DYNAMODB', 'SECRETS_MANAGER']) vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, ours.url);
    const got = await (await handlerOf(name))({} as never);

    expect(sdk.calls).toHaveLength(ANSWERS.length);
    expect(ours.calls.map(understood)).toEqual(sdk.calls.map(understood));
    expect(JSON.stringify(got)).toEqual(JSON.stringify(expected));
  });
});
