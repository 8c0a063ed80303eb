import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { judgeSubscriptions } from '../../../cli/src/aws/smoke/alarm-checks.ts';
import type { Service } from '../../../local/service.ts';
import { readDocument, rowsOf } from '../../docs/support/documents.ts';
import { type ControlPlane, startControlPlane } from '../../operate/support/control-plane.ts';
import { type Ran, reprocess } from '../support/run.ts';
import { runHere, SIGNED } from '../support/run-here.ts';
import { startLocal } from './support/local-service.ts';

let port: number;
let service: Service;
/** What the functions log. */
const lines: string[] = [];
beforeAll(async () => {
  ({ port, service } = await startLocal({ log: (_, line) => lines.push(line) }));
});
afterAll(() => service.stop(0));

const onThisMachine = () => ['--stage', 'local', '--port', String(port)];

/** The lines that are not ok, and the sum. */
function notable({ stdout, stderr }: Ran): readonly string[] {
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !line.startsWith('ok '));
}

const OUTPUTS = {
  storage: [
    'RequestsQueueUrl',
    'DeadLettersQueueUrl',
    'ResultsQueueUrl',
    'CallbacksQueueUrl',
    'CallbacksDeadLettersQueueUrl',
    'AutoenhanceKeySecretName',
    'PartnerKeysSecretName',
    'WebhookTokenSecretName',
  ],
  service: ['ApiUrl', 'WebhookUrl', 'ConsoleUrl'],
} as const;

const outputsOf = (stack: keyof typeof OUTPUTS) =>
  Object.fromEntries(OUTPUTS[stack].map((name) => [name, service.plan.output(name)]));

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:reprocess-dev-alarms';

/** The stage dev, whose stacks name the parts of the service on this machine, but for what a test changes. */
async function smokeDev(change: Readonly<Record<string, string>> = {}, plane: Partial<ControlPlane> = {}) {
  return runHere(['smoke', '--stage', 'dev'], await environmentOf(change, plane));
}

async function environmentOf(change: Readonly<Record<string, string>>, plane: Partial<ControlPlane> = {}) {
  const stacks = {
    'reprocess-dev-storage': { outputs: { ...outputsOf('storage'), ...change } },
    'reprocess-dev-service': { outputs: { ...outputsOf('service'), ...change } },
    'reprocess-dev-monitoring': { outputs: { AlarmTopicArn: TOPIC } },
  };
  const url = await startControlPlane({ stacks, mapping: 'Enabled', subscriptions: [`${TOPIC}:1`], ...plane });
  return {
    AWS_ENDPOINT_URL_CLOUDFORMATION: url,
    AWS_ENDPOINT_URL_LAMBDA: url,
    AWS_ENDPOINT_URL_SNS: url,
    AWS_ENDPOINT_URL_SQS: service.addresses.sqs,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: service.addresses.secretsManager,
    AWS_REGION: 'eu-west-1',
    ...SIGNED,
  };
}

/** A server that answers everything alike. @returns its URL */
function startAnswering(status: number, body: string): Promise<string> {
  return startServer((_, response) => response.writeHead(status).end(body));
}

/** @returns its URL */
async function startServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('reprocess smoke', () => {
  it('ends with Ctrl-C while a check waits, and says that it changed nothing', async () => {
    const ApiUrl = await startServer(() => {});
    const env = await environmentOf({ ApiUrl });
    const { code, stdout, stderr } = await reprocess(['smoke', '--stage', 'dev'], { env, interruptAt: /stacks/ });
    expect([code, stdout]).toEqual([3, expect.stringMatching(/^ok +stacks .*\n$/)]);
    expect(stderr).toBe(
      'reprocess: stopped before everything was checked: a check changes nothing, so run the same command again\n',
    );
  });

  it('finds nothing wrong with the service on this machine, and asks the endpoint for nothing', async () => {
    const { code, stdout, stderr } = await runHere(['smoke', ...onThisMachine()]);
    expect([code, stderr]).toEqual([0, '16 ok, 0 to look at, 0 failed\n']);
    const names = stdout.split('\n').map((line) => line.slice(0, 25).trim().replace(/ +/, ' '));
    expect(names).toEqual([
      'ok stacks',
      'ok health',
      'ok wrong key',
      'ok webhook',
      'ok console',
      'ok requests',
      'ok event source',
      'ok dead letters',
      'ok results',
      'ok callbacks',
      'ok callback source',
      'ok dead callbacks',
      'ok autoenhance key',
      'ok partner keys',
      'ok webhook token',
      'ok alarms',
      '',
    ]);
    expect(service.sandbox?.calls()).toEqual([]);
  });

  it('sets off no alarm by its call of the webhook', async () => {
    lines.length = 0;
    await runHere(['smoke', ...onThisMachine()]);
    const counts = (metric: string) => lines.filter((line) => line.includes(`"${metric}":1`)).length;
    await expect.poll(() => counts('WebhookWithoutToken')).toBe(1);
    expect(counts('WebhookRefused')).toBe(0);
  });

  it('prints the lines that its document explains', async () => {
    const { stdout } = await runHere(['smoke', ...onThisMachine()]);
    const printed = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.slice(9, 25).trim());
    const document = readDocument('docs/deploy.md');
    const section = document.text.split('\n## Smoke\n')[1]?.split('\n## ')[0] ?? '';
    const rows = rowsOf({ ...document, text: section }, /^`/);
    const explained = rows.flatMap(([names = '']) => [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(explained.toSorted()).toEqual(printed.toSorted());
  });

  it('finds a stage in AWS by the outputs of its stacks, and nothing wrong with it', async () => {
    const smoked = await smokeDev();
    expect([smoked.code, notable(smoked)]).toEqual([0, ['16 ok, 0 to look at, 0 failed']]);
    expect(smoked.stdout).toMatch(/^ok {7}event source {5}hands messages to worker:live$/m);
    expect(smoked.stdout).toMatch(/^ok {7}callback source {2}hands messages to deliveries:live$/m);
  });

  it('shows no key, no token and no whole hash', async () => {
    const { stdout } = await smokeDev();
    expect(stdout).not.toContain(service.webhook.token);
    expect(stdout).not.toMatch(/sandbox-|[0-9a-f]{40}/);
  });

  it.each([
    [{}, 'reprocess-dev-storage, reprocess-dev-service, reprocess-dev-monitoring'],
    [
      { 'reprocess-dev-storage': { outputs: {} }, 'reprocess-dev-service': { outputs: {} } },
      'reprocess-dev-monitoring',
    ],
  ])('says that a stage is not deployed, or not as a whole: of %j', async (stacks, names) => {
    const smoked = await smokeDev({}, { stacks });
    expect([smoked.code, notable(smoked)]).toEqual([
      1,
      [
        `failed   stacks           there is no stack ${names} in this account and region: npm run deploy -- --stage dev`,
        '0 ok, 0 to look at, 1 failed',
      ],
    ]);
  });

  it('warns of a deploy that was taken back', async () => {
    const stacks = {
      'reprocess-dev-storage': { outputs: outputsOf('storage') },
      'reprocess-dev-service': { outputs: outputsOf('service'), status: 'UPDATE_ROLLBACK_COMPLETE' },
      'reprocess-dev-monitoring': { outputs: { AlarmTopicArn: TOPIC } },
    };
    const smoked = await smokeDev({}, { stacks });
    expect([smoked.code, notable(smoked)]).toEqual([
      0,
      [
        'warning  stacks           reprocess-dev-storage is UPDATE_COMPLETE, reprocess-dev-service is UPDATE_ROLLBACK_COMPLETE, reprocess-dev-monitoring is UPDATE_COMPLETE: the last deploy is under way, or was taken back',
        '15 ok, 1 to look at, 0 failed',
      ],
    ]);
  });

  it.each([
    [
      'UPDATE_ROLLBACK_FAILED',
      'the last deploy could not be taken back, and until it is no other one begins (docs/deploy.md#a-deploy-that-failed)',
      '15 ok, 0 to look at, 1 failed',
    ],
    ...['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED'].map((status) => [
      status,
      'a first deploy failed or is under way, or a stack is being deleted (docs/deploy.md#a-deploy-that-failed)',
      '0 ok, 0 to look at, 1 failed',
    ]),
  ])('says what to do about a stack that is %s', async (status = '', sentence = '', sum = '') => {
    const outputs = status.startsWith('UPDATE') ? outputsOf('service') : {};
    const stacks = {
      'reprocess-dev-storage': { outputs: outputsOf('storage') },
      'reprocess-dev-service': { outputs, status },
      'reprocess-dev-monitoring': { outputs: { AlarmTopicArn: TOPIC } },
    };
    const smoked = await smokeDev({}, { stacks });
    expect([smoked.code, notable(smoked)]).toEqual([
      1,
      [
        `failed   stacks           reprocess-dev-storage is UPDATE_COMPLETE, reprocess-dev-service is ${status}, reprocess-dev-monitoring is UPDATE_COMPLETE: ${sentence}`,
        sum,
      ],
    ]);
  });

  it('says why an API cannot be reached', async () => {
    const smoked = await smokeDev({ ApiUrl: 'https://api.invalid' });
    expect(notable(smoked)[0]).toMatch(/^failed {3}health {11}could not be checked: api\.invalid cannot be found \(E/);
  });

  it.each([
    ['Disabled', 1, 'failed   event source     is Disabled, must be Enabled: worker:live gets no messages'],
    ['Updating', 0, 'warning  event source     is Updating, must be Enabled: worker:live gets no messages'],
    [null, 1, 'failed   event source     nothing takes messages out of the queue: its event-source mapping is gone'],
    [
      'denied',
      0,
      'warning  event source     could not be checked: AccessDeniedException: not authorized to perform: lambda:ListEventSourceMappings',
    ],
  ])('tells whether messages reach the worker: %s', async (mapping, wanted, line) => {
    const smoked = await smokeDev({}, { mapping });
    expect([smoked.code, notable(smoked)[0]]).toEqual([wanted, line]);
  });

  it.each([
    ['Disabled', 'is Disabled, must be Enabled: deliveries:live gets no messages'],
    [null, 'nothing takes messages out of the queue: its event-source mapping is gone'],
  ])('tells whether callbacks are delivered: %s', async (callbackMapping, detail) => {
    const smoked = await smokeDev({}, { callbackMapping });
    expect([smoked.code, notable(smoked)]).toEqual([
      1,
      [`failed   callback source  ${detail}`, '15 ok, 0 to look at, 1 failed'],
    ]);
  });

  it.each([
    [
      200,
      '{}',
      [
        'failed   wrong key        a wrong key must be answered 401, got 200 "{}"',
        'failed   webhook          a call without the token must be answered 401, got 200 "{}"',
        'failed   console          GET /console/ must answer with the page, got 200 "{}"',
      ],
    ],
    [
      401,
      '{"message":"Unauthorized"}',
      [
        'failed   health           GET /healthz must answer 200, got 401 "{\\"message\\":\\"Unauthorized\\"}"',
        'failed   wrong key        the 401 must be {"message", "detail"} as the endpoint\'s is, got 401 "{\\"message\\":\\"Unauthorized\\"}"',
        'failed   console          GET /console/ must answer with the page, got 401 "{\\"message\\":\\"Unauthorized\\"}"',
      ],
    ],
    [
      503,
      '',
      [
        'failed   health           GET /healthz must answer 200, got 503 ""',
        'failed   wrong key        a wrong key must be answered 401, got 503 ""',
        'failed   webhook          a call without the token must be answered 401, got 503 ""',
        'failed   console          GET /console/ must answer with the page, got 503 ""',
      ],
    ],
  ])('fails an API that responds to everything with %i and %s', async (answer, body, lines) => {
    const url = await startAnswering(answer, body);
    const smoked = await smokeDev({
      ApiUrl: url,
      WebhookUrl: `${url}/webhooks/autoenhance`,
      ConsoleUrl: `${url}/console/`,
    });
    expect([smoked.code, notable(smoked)]).toEqual([
      1,
      [...lines, `${16 - lines.length} ok, 0 to look at, ${lines.length} failed`],
    ]);
  });

  it('fails a queue that keeps no order, and one that is not there', async () => {
    const smoked = await smokeDev({
      RequestsQueueUrl: service.plan.output('FailedUploadsQueueUrl'),
      ResultsQueueUrl: `${service.queueUrls.results}-gone`,
    });
    const [requests, source, results] = notable(smoked);
    expect(smoked.code).toBe(1);
    expect(requests).toBe(
      'failed   requests         FifoQueue must be true, got nothing; DeduplicationScope must be messageGroup, got nothing; FifoThroughputLimit must be perMessageGroupId, got nothing',
    );
    expect(source).toContain('failed   event source     nothing takes messages out of the queue');
    expect(results).toMatch(/^failed {3}results {10}could not be checked: QueueDoesNotExist: /);
  });

  it.each([
    ['DeadLettersQueueUrl', 'dead letters  '],
    ['CallbacksDeadLettersQueueUrl', 'dead callbacks'],
  ])('warns of a message in the queue %s alone', async (output, check) => {
    // Nobody takes anything out of it here.
    const QueueUrl = service.queueUrls.results;
    const message = { MessageBody: '{}', MessageGroupId: 'a', MessageDeduplicationId: 'a' };
    await service.sqs.send(new SendMessageCommand({ QueueUrl, ...message }));
    const smoked = await smokeDev({ [output]: QueueUrl });
    expect([smoked.code, notable(smoked)]).toEqual([
      0,
      [`warning  ${check}   1 message waits, and none should ever be here`, '15 ok, 1 to look at, 0 failed'],
    ]);
  });

  it('warns of secrets that nobody has filled yet', async () => {
    for (const name of ['never/key', 'never/partners', 'never/token']) service.secretsManager.put(name, '{}');
    const smoked = await smokeDev({
      AutoenhanceKeySecretName: 'never/key',
      PartnerKeysSecretName: 'never/partners',
      WebhookTokenSecretName: 'never/token',
    });
    expect([smoked.code, notable(smoked)]).toEqual([
      0,
      [
        'warning  autoenhance key  never/key was never filled: requests wait until it is',
        'warning  partner keys     never/partners holds no valid key: nobody may call the HTTP API yet',
        'warning  webhook token    never/token was never filled: the webhook is refused until it is',
        '13 ok, 3 to look at, 0 failed',
      ],
    ]);
  });

  it('counts the partners that have a valid key still, and not those whose keys have all expired', async () => {
    const expired = { sha256: 'a'.repeat(64), expires_at: '2026-01-01T00:00:00.000Z' };
    const valid = { sha256: 'b'.repeat(64), expires_at: '2999-01-01T00:00:00.000Z' };
    const other = { ...expired, sha256: 'c'.repeat(64) };
    const rotated = { acme: { keys: [expired, valid] }, left: { keys: [other] } };
    service.secretsManager.put('expired', JSON.stringify({ acme: { keys: [expired] } }));
    service.secretsManager.put('rotated', JSON.stringify(rotated));
    expect(notable(await smokeDev({ PartnerKeysSecretName: 'expired' }))[0]).toBe(
      'warning  partner keys     expired holds no valid key: nobody may call the HTTP API yet',
    );
    const { stdout } = await smokeDev({ PartnerKeysSecretName: 'rotated' });
    expect(stdout).toContain('ok       partner keys     1 partner has a key\n');
  });

  it('warns of an address that has not confirmed that it takes alarms, and says what to do', async () => {
    const smoked = await smokeDev({}, { subscriptions: [`${TOPIC}:1`, 'PendingConfirmation'] });
    expect([smoked.code, notable(smoked)]).toEqual([
      0,
      [
        'warning  alarms           1 of 2 addresses must confirm that it takes alarms, and gets none before: follow the link in the mail from AWS, or have it sent again (docs/runbook.md#before-anything-else)',
        '15 ok, 1 to look at, 0 failed',
      ],
    ]);
    expect(smoked.stdout).not.toContain('owner@example.com');
  });

  it.each([
    [[`${TOPIC}:1`], { alarmAddress: 'owner@example.com' }, 'ok', 'one address gets every alarm'],
    [[`${TOPIC}:1`, `${TOPIC}:2`], {}, 'ok', '2 addresses get every alarm'],
    [[], {}, 'ok', 'call nobody, since the stage has no alarmAddress'],
    [[], { alarmAddress: 'owner@example.com' }, 'warning', 'call nobody: the alarmAddress has left the topic'],
    [[], undefined, 'warning', 'call nobody: the alarmAddress has left the topic'],
    [['Deleted'], { alarmAddress: 'owner@example.com' }, 'warning', 'call nobody: the alarmAddress has left the topic'],
  ])('judges the subscriptions %j of a stage with the settings %j', (arns, settings, verdict, beginning) => {
    const finding = judgeSubscriptions(arns, settings);
    expect([finding.verdict, finding.detail.slice(0, beginning.length)]).toEqual([verdict, beginning]);
  });

  it('fails partner keys that the API cannot read', async () => {
    service.secretsManager.put('broken', 'no JSON');
    const smoked = await smokeDev({ PartnerKeysSecretName: 'broken' });
    expect([smoked.code, notable(smoked)[0]]).toEqual([
      1,
      'failed   partner keys     broken: the secret is of no use: the secret is not JSON',
    ]);
  });

  it('says a finding as an object with --json', async () => {
    const { stdout, stderr } = await runHere(['smoke', '--json', ...onThisMachine()]);
    const findings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([findings[1], stderr]).toEqual([{ check: 'health', verdict: 'ok', detail: 'GET /healthz answers 200' }, '']);
  });
});
