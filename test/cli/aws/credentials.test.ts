import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSecretsManager } from '../../../local/secrets-manager.ts';
import { runHere, SIGNED } from '../support/run-here.ts';

const VERBS: readonly (readonly [string, ...(readonly string[])])[] = [
  ['smoke'],
  ['partner', 'list'],
  ['dead', 'list'],
  ['dead', 'show', 'id'],
  ['dead', 'resubmit', `sqs:${'0'.repeat(64)}`, '--yes'],
  ['reconcile'],
];
const AWS = { ...SIGNED, AWS_REGION: 'eu-west-1', AWS_MAX_ATTEMPTS: '1' };

describe.each(VERBS)('reprocess %s %s', (...verb) => {
  const words = verb.filter((word) => word !== undefined);

  it('says in its help that it wants AWS credentials', async () => {
    const { code, stdout, stderr } = await runHere([...words.slice(0, 2), '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/wants\s+AWS\s+credentials/);
  });

  it.each<readonly [string, NodeJS.ProcessEnv, number, RegExp]>([
    [
      'that no region is set',
      SIGNED,
      2,
      /^reprocess: no region is set: export AWS_REGION, or set region of the stage in cdk\.json$/,
    ],
    [
      'that there are no credentials',
      { AWS_REGION: 'eu-west-1' },
      4,
      /^reprocess: no AWS credentials: Could not load credentials.*; sign in \(aws sso login\), or export AWS_PROFILE$/,
    ],
    [
      'that a name cannot be found',
      { ...AWS, AWS_ENDPOINT_URL: 'https://aws.invalid' },
      5,
      /^reprocess: aws\.invalid cannot be found \(E\w+\): check the network and the region$/,
    ],
    [
      'that nobody listens',
      { ...AWS, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      5,
      /^reprocess: nothing listens on 127\.0\.0\.1:1: is npm start running\?$/,
    ],
  ])('says in one sentence %s', async (_, environment, exit, sentence) => {
    const { code, stdout, stderr } = await runHere([...words, '--stage', 'dev'], environment);
    expect([code, stdout, stderr.trimEnd().split('\n')]).toEqual([exit, '', [expect.stringMatching(sentence)]]);
  });
});

it('a connection that breaks is one sentence, and no stack', async () => {
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const environment = { ...AWS, AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const { code, stderr } = await runHere(['partner', 'list', '--stage', 'dev'], environment);
  expect([code, stderr.trimEnd().split('\n')]).toEqual([
    5,
    [expect.stringMatching(/^reprocess: AWS could not be reached: .+/)],
  ]);
});

it('what AWS does not let the caller do is the exit code 4, and an object on stderr with --json', async () => {
  const secrets = await startSecretsManager({ secrets: { 'reprocess/dev/partner-keys': '{}' } });
  onTestFinished(secrets.close);
  secrets.fail({ times: 1, status: 400, type: 'AccessDeniedException', message: 'you may not' });
  const environment = { ...AWS, AWS_ENDPOINT_URL: secrets.url };
  const { code, stdout, stderr } = await runHere(['partner', 'list', '--stage', 'dev', '--json'], environment);
  expect([code, stdout, JSON.parse(stderr)]).toEqual([
    4,
    '',
    { error: { code: 'AccessDeniedException', detail: 'AccessDeniedException: you may not' } },
  ]);
});
