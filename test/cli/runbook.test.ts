import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCallbackClient } from '../../client/src/callback.ts';
import { createClient } from '../../client/src/create-client.ts';
import { createLedger } from '../../functions/adapters/ledger/ledger.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import { encodeEvent } from '../../functions/core/outcome/cloud-event.ts';
import { failure } from '../../functions/core/outcome/failure.ts';
import { type FailureCode, type Outcome, outcomeEvent } from '../../functions/core/outcome/outcome.ts';
import type { ReprocessRequest } from '../../functions/core/request/reprocess-request.ts';
import { clientSettings } from '../../local/aws-clients.ts';
import { type Service, startService } from '../../local/service.ts';
import { ROOT } from '../docs/support/documents.ts';
import { setup, shellBlocks } from '../docs/support/runbook.ts';
import { freePort } from '../local/support/command.ts';
import { startReceiver } from '../support/callback-receiver.ts';
import { aRequest, plentyOfTime } from '../support/fixtures.ts';
import { MAIN } from './support/run.ts';
import { programInTerminal, screenOf } from './support/terminal.ts';

const MINUTE = 60_000;
let service: Service;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let folder = '';
let port = 0;
/** The blocks' placeholders, and what stands for them here. */
let named: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  port = await freePort();
  service = await startService({
    port,
    sandbox: { acceptAnyImage: true },
    finishesImages: true,
    schedulesEveryMs: 1000,
  });
  receiver = await startReceiver();
  folder = mkdtempSync(join(tmpdir(), 'runbook-'));
  const { api: url } = service.addresses;
  const operator = { url, apiKey: service.operator.key };
  await createCallbackClient(operator).set({ url: receiver.url } as never, { partner: 'demo' });
  const { batch_id } = await createClient({ url, apiKey: service.partner.key }).batches.create(
    [{ image_id: 'batched', preferences: {} }],
    { name: 'a batch' },
  );
  for await (const _ of createClient(operator).batches.watch(batch_id));
  const [first, second] = [await failed('named-1', 'refused'), await failed('named-2', 'refused')];
  for (const image of ['selected-1', 'selected-2']) await failed(image, 'gave_up');
  await failed('crashed', 'internal');
  const piped = await failed('piped', 'refused');
  const forgotten = aRequest({ imageId: 'forgotten', acceptedAt: Date.now() - MINUTE });
  writeFileSync(
    join(folder, 'failed-events.ndjson'),
    `${encodeEvent(outcomeEvent(forgotten, outcomeOf('gave_up')), 'local')}\n`,
  );
  writeFileSync(join(folder, 'logged'), `${piped.requestId}\n`);
  // As in the first minutes after a first deploy: S3 tells nobody of an object.
  service.queues.createBuckets([], () => {});
  const s3 = new S3Client({ ...clientSettings(service.addresses.s3), forcePathStyle: true });
  const lost = { Bucket: service.uploadsBucket, Key: 'requests/lost.ndjson', Body: '{"image_id":"lost"}\n' };
  await s3.send(new PutObjectCommand(lost));
  s3.destroy();
  named = {
    'REQUEST_ID REQUEST_ID': `${first.requestId} ${second.requestId}`,
    REQUEST_ID: first.requestId,
    IMAGE_ID: first.imageId,
    BATCH_ID: batch_id,
    '--partner acme': '--partner demo',
  };
});

afterAll(async () => {
  await service?.stop();
  await receiver?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const outcomeOf = (code: FailureCode): Outcome => ({
  kind: 'failed',
  error: failure(code, 'it failed'),
  attempts: 5,
  warnings: [],
  at: Date.now() - MINUTE,
});

/** A request that the ledger has as failed. */
async function failed(imageId: string, code: FailureCode): Promise<ReprocessRequest> {
  const client = new DynamoDBClient(clientSettings(service.addresses.dynamodb));
  const table = service.plan.output('LedgerTableName');
  const ledger = createLedger({ send: client.send.bind(client), table, clock: systemClock, randomId: () => 'id' });
  const request = aRequest({ imageId, acceptedAt: Date.now() - MINUTE });
  await ledger.accept(request, plentyOfTime(systemClock));
  await ledger.record(request, outcomeOf(code), plentyOfTime(systemClock));
  client.destroy();
  return request;
}

/**
 * In place of the AWS CLI, which is no part of this project: it notes what it was asked, and answers so that every loop is gone
 * through once. What it says of a query of the log are the ids that stand in a file.
 */
const AWS = `aws() {
  printf '%s\\n' "$*" >> calls
  case "$*" in *file:///dev/stdin*) cat > /dev/null ;; esac
  case "$1 $2" in
    'sqs get-queue-url') printf '%s\\n' "https://sqs/$4" ;;
    'sqs receive-message')
      if [ -e received ]; then rm received; printf 'None\\n'; else touch received; printf 'handle\\t{"a":1}\\n'; fi ;;
    'logs get-query-results') case "$*" in *results*) cat logged ;; *) printf 'Complete\\n' ;; esac ;;
    *) printf 'answer\\n' ;;
  esac
}`;

/** The command line of this project on the service of this test, and nothing of what else is beyond this machine. */
const HERE = `${AWS}
stage=local
reprocess() {
  case " $* " in
    *' --stage local '*) "$NODE" "$MAIN" "$@" --port "$PORT" ;;
    *) "$NODE" "$MAIN" "$@" ;;
  esac
}
curl() { cat > /dev/null; printf '404\\n'; }
npm() { printf 'npm %s\\n' "$*" >> calls; }
npx() { printf 'npx %s\\n' "$*" >> calls; }
`;

/** What earlier blocks have set in the same shell. */
const BEFORE = 'if [ -e variables ]; then source ./variables; fi';
const VARIABLES = shellBlocks.flatMap((text) =>
  [...text.matchAll(/^(?:([a-z]\w*)=|read -rs ([a-z]\w*)$)/gm)].map(([, set, read]) => set ?? read),
);
const AFTER = `declare -p ${VARIABLES.join(' ')} > variables 2> /dev/null || true`;

/** Runs a block as a person does who has pasted the setup. @returns its status, and all that the terminal showed */
async function runBlock(block: string) {
  const text = Object.entries(named).reduce((all, [name, value]) => all.replaceAll(name, value), block);
  const env = {
    NODE: process.execPath,
    MAIN,
    PORT: String(port),
    REPROCESS_URL: service.addresses.api,
    REPROCESS_API_KEY: service.operator.key,
    NO_COLOR: '1',
  };
  // Where no shell stands above it, bash takes a socket on its stdin for a login from afar, and would read its rc files.
  const args = ['--norc', '-euo', 'pipefail', '-c', `${setup}\n${BEFORE}\n${HERE}\n${text}\n${AFTER}`];
  rmSync(join(folder, 'received'), { force: true });
  const terminal = programInTerminal('bash', args, env, { columns: 200, cwd: folder, answer: 'y\r' });
  if (/^ *read /m.test(block)) terminal.type('typed\r');
  const status = await terminal.ended;
  return { status, shown: screenOf(terminal.text()) };
}

/** Until no request is in the queue: resubmitting waits for that. */
const drained = () =>
  expect
    .poll(async () => {
      const client = createClient({ url: service.addresses.api, apiKey: service.operator.key });
      return (await client.budget()).waiting;
    })
    .toBe(0);

/** What the blocks of the command line show, by a part of each. */
const SHOWN: readonly (readonly [part: string, shown: RegExp])[] = [
  ['reprocess budget', /^in the queue +\d+$/m],
  ['reprocess resume', /^Calls for the account go on\.$/m],
  ['reprocess pause', /^The account is paused until /m],
  ['batch list --state running', /^There are none\.$/m],
  ['dead list --code internal', /^crashed +failed +\S+ +internal +sqs /m],
  ['dead list --since 3h', /^selected-1 +failed +\S+ +gave_up +sqs /m],
  ['callback show', /^url +http/m],
  ['callback deliveries', /^msg_/m],
  ['callback test', /^The receiver answered 204 after /m],
  ['callback remove', /^The callback is removed/m],
  ['request show REQUEST_ID', /^state +failed$/m],
  ['request list --partner', /^batched +finished /m],
  ['batch list --partner', /^b_\S+ +finished +1 +1 +0 +a batch /m],
  ['partner add', /^acme +[0-9a-f]{12}$/m],
  ['partner remove', /^Removed acme from local/m],
  ['dead resubmit --code', /^Send 2 requests again\? .*\nsent {2}sqs:.*\nsent {2}sqs:/m],
  ['dead resubmit REQUEST_ID', /^(would be sent {2}sqs:.*\n){2}(sent {2}sqs:.*\n){2}$/m],
  ['dead resubmit --stage "$stage" --yes -', /^sent {2}sqs:.* as resubmit\/sqs:/m],
  ['reprocess reconcile', /^handed in 1$/m],
  ['reprocess smoke', /^\d+ ok, 0 to look at, 0 failed$/m],
];

describe('each block of the runbook', () => {
  it.each(shellBlocks)('%s', async (block) => {
    if (block.includes('dead resubmit')) await drained();
    const { status, shown } = await runBlock(block);
    expect([status, shown]).toEqual([0, expect.not.stringMatching(/command not found|unbound variable|this is a bug/)]);
    const wanted = SHOWN.filter(([part]) => block.includes(part));
    for (const [, pattern] of wanted) expect(shown).toMatch(pattern);
    if (/^ *reprocess (?!\(\))/m.test(block)) expect(wanted).not.toEqual([]);
  });
});

it('the command line is found as the setup has it', () => {
  const text = `${setup}\nreprocess --version`;
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(execFileSync('bash', ['--norc', '-c', text], { cwd: ROOT, encoding: 'utf8' })).toBe(`${version}\n`);
});
