import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createListFailed } from '../../../cli/src/aws/dead/list-failed.ts';
import { createNewerRequests } from '../../../cli/src/aws/dead/newer-requests.ts';
import { resubmissionOf } from '../../../cli/src/aws/dead/resubmission.ts';
import { createResubmit, type ResubmitParts } from '../../../cli/src/aws/dead/resubmit.ts';
import { stopped } from '../../../cli/src/command-error.ts';
import { createCompletions } from '../../../functions/adapters/ledger/completion/completions.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { verdictOf } from '../../../functions/core/completion/completion.ts';
import { encodeEvent } from '../../../functions/core/outcome/cloud-event.ts';
import { failure } from '../../../functions/core/outcome/failure.ts';
import { type Outcome, outcomeEvent } from '../../../functions/core/outcome/outcome.ts';
import type { Ledger, LedgerSummary } from '../../../functions/core/ports.ts';
import { fingerprintOf, type ReprocessRequest } from '../../../functions/core/request/reprocess-request.ts';
import { decodeMessage } from '../../../functions/core/request/request-message.ts';
import { startSecretsManager } from '../../../local/secrets-manager.ts';
import { aRequest, NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { startQueueServer } from '../../support/queue-server.ts';
import { runHere, SIGNED } from '../support/run-here.ts';

const MINUTE = 60_000;

// The time at which the requests of these tests were accepted; nothing has expired by then, whenever the tests run.
const EARLIER = Date.now() - 60 * MINUTE;

let queue: Awaited<ReturnType<typeof startQueueServer>>;
let tables: Awaited<ReturnType<typeof startLedgerTable>>;
let secrets: Awaited<ReturnType<typeof startSecretsManager>>;
beforeAll(async () => {
  queue = await startQueueServer('reprocess-dev-requests.fifo');
  tables = await startLedgerTable('reprocess-dev-storage-Ledger1234-ABCD');
  secrets = await startSecretsManager({ secrets: { [KEYS]: JSON.stringify(ring) } });
});
afterEach(() => queue.client.send(new PurgeQueueCommand({ QueueUrl: queue.queueUrl })));
afterAll(() => Promise.all([queue.stop(), tables.stop(), secrets.close()]));

const clock = standingClock(EARLIER);
const limits = () => plentyOfTime(clock);
const ledger = () =>
  createLedger({ send: tables.client.send.bind(tables.client), table: tables.table, clock, randomId: () => 'id' });

const FAILED: Outcome = {
  kind: 'failed',
  error: failure('gave_up', 'it failed'),
  attempts: 5,
  warnings: [],
  at: EARLIER,
};
const SUCCEEDED: Outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: EARLIER };

async function recorded(outcome: Outcome, request: Partial<ReprocessRequest> = {}): Promise<ReprocessRequest> {
  const accepted = aRequest({ acceptedAt: EARLIER, ...request });
  await ledger().accept(accepted, limits());
  await ledger().record(accepted, outcome, limits());
  return accepted;
}

const hex = (digit: string) => digit.repeat(64);

const KEYS = 'reprocess/dev/partner-keys';
const ring = { acme: { keys: [] }, desk: { keys: [], role: 'operator' } };

/** `dead` with AWS credentials. */
async function dead(words: readonly string[], input?: string) {
  const environment = {
    AWS_ENDPOINT_URL_SQS: queue.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: tables.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_REGION: 'us-east-1',
    ...SIGNED,
  };
  const { code, stdout, stderr } = await runHere(['dead', ...words], environment, input);
  return { code, out: stdout.trim().split('\n'), error: stderr.trim() };
}

const resubmit = (words: readonly string[], input?: string) =>
  dead(['resubmit', '--stage', 'dev', '--yes', ...words], input);

/** `dead resubmit` without a queue, and with what a test changes. */
const resubmitting = (parts: Partial<ResubmitParts>) =>
  createResubmit({
    stage: 'dev',
    ledger: ledger(),
    newerRequests: async () => [],
    queue: { send: async () => {} },
    queueDepth: async () => 0,
    now: Date.now,
    limits,
    signal: new AbortController().signal,
    ...parts,
  });

async function resultsOf(parts: Partial<ResubmitParts>, { requestId }: ReprocessRequest): Promise<readonly string[]> {
  const results: string[] = [];
  for await (const { result } of resubmitting(parts)([requestId])) results.push(result);
  return results;
}

/** The requests that the worker would understand, in the order in which it would get them. */
async function queued() {
  const messages = await queue.receive();
  return messages.map(({ Body = '', MessageId = '', Attributes }) => {
    const groupId = Attributes?.MessageGroupId ?? '';
    const place = { messageId: MessageId, receiptHandle: '', receiveCount: 1, senderId: 'AIDA', sentAt: NOON };
    const received = decodeMessage({ ...place, body: Body, groupId });
    if (!('request' in received)) throw new Error(received.detail);
    return received.request;
  });
}

describe('a failed request', () => {
  it('is sent again as a new request, with the preferences that it had', async () => {
    const preferences = { enhance_type: 'warm', metadata: { listing: 7 } };
    const failed = await recorded(FAILED, { imageId: 'plain', preferences });
    const { code, out } = await resubmit([failed.requestId]);
    const [request] = await queued();
    expect(request).toMatchObject({ imageId: 'plain', preferences, source: 'sqs' });
    expect(request?.requestId).not.toBe(failed.requestId);
    expect([code, out]).toEqual([0, [`sent  ${failed.requestId}.failed as resubmit/${failed.requestId}.failed`]]);
  });

  it('that was sent is told although a Ctrl-C keeps the next from it', async () => {
    const [first, second] = [
      await recorded(FAILED, { imageId: 'sent-first' }),
      await recorded(FAILED, { imageId: 'kept', acceptedAt: EARLIER + 1 }),
    ];
    const controller = new AbortController();
    const send = async () => controller.abort(stopped());
    const sending = resubmitting({ queue: { send }, signal: controller.signal });
    const told: string[] = [];
    const all = async () => {
      for await (const { result, request } of sending([first.requestId, second.requestId])) {
        told.push(`${result} ${request}`);
      }
    };
    await expect(all()).rejects.toThrow('stopped');
    expect(told).toEqual([`sent ${first.requestId}.failed`]);
  });

  it('is in the ledger before it is in the queue', async () => {
    const failed = await recorded(FAILED, { requestId: `http:${hex('7')}`, source: 'http', partner: 'acme' });
    const steps: string[] = [];
    const accept: Ledger['accept'] = async (request, within) => {
      steps.push('ledger');
      return ledger().accept(request, within);
    };
    const queue = { send: async () => void steps.push('queue') };
    expect(await resultsOf({ ledger: { ...ledger(), accept }, queue }, failed)).toEqual(['sent']);
    expect(steps).toEqual(['ledger', 'queue']);
  });

  it.each([
    ['accepted', 0, 'sent'],
    ['accepted', 1, 'sent_before'],
    ['failed', 0, 'sent_before'],
  ] as const)('whose new request is %s after %i attempts is %s', async (state, attempts, result) => {
    const failed = await recorded(FAILED, { requestId: `http:${hex('6')}`, source: 'http', partner: 'acme' });
    const { requestId } = resubmissionOf({ eventId: `${failed.requestId}.failed`, request: failed }, 0);
    const again = { ...failed, requestId, state, attempts } as LedgerSummary;
    expect(await resultsOf({ newerRequests: async () => [again] }, failed)).toEqual([result]);
  });

  it("of a partner stays the partner's: the ledger knows it before the queue does", async () => {
    const failed = await recorded(FAILED, { requestId: `http:${hex('a')}`, source: 'http', partner: 'acme' });
    await resubmit([failed.requestId]);
    const [request] = await queued();
    expect(request?.source).toBe('http');
    const item = await ledger().find(request?.requestId ?? '', limits());
    expect(item).toMatchObject({ partner: 'acme', state: 'accepted', fingerprint: request?.fingerprint });
    expect(item?.acceptedAt).toBeGreaterThan(failed.acceptedAt);
  });

  it('is also one whose image failed at Autoenhance', async () => {
    const { requestId, imageId } = await recorded(SUCCEEDED, { imageId: 'failed-later' });
    const completions = createCompletions({ send: tables.client.send.bind(tables.client), table: tables.table, clock });
    const verdict = { ...verdictOf(true, { status: 'error' }, EARLIER), isAmbiguous: false };
    await completions.note({ requestId, state: 'succeeded' }, verdict, limits());
    expect(await resubmit([requestId])).toMatchObject({ code: 0 });
    expect(await queued()).toMatchObject([{ imageId }]);
  });

  it('of a file keeps its place in the file', async () => {
    const upload = { file: 'requests/some.csv', line: 12 };
    const failed = await recorded(FAILED, { requestId: `upload:${hex('b')}`, source: 'upload', upload });
    await resubmit([failed.requestId]);
    expect(await queued()).toMatchObject([{ source: 'upload', upload }]);
  });

  it('is sent under the version of the API that it came under, from the ledger and from its event', async () => {
    const apiVersion = '2025-05-08';
    const fingerprint = (imageId: string) => fingerprintOf(imageId, {}, apiVersion);
    const wish = (imageId: string) => ({ imageId, preferences: {}, apiVersion, fingerprint: fingerprint(imageId) });
    const failed = await recorded(FAILED, wish('versioned-1'));
    const event = encodeEvent(outcomeEvent(aRequest({ acceptedAt: EARLIER, ...wish('versioned-2') }), FAILED), 'dev');
    await resubmit([failed.requestId]);
    expect(await queued()).toMatchObject([wish('versioned-1')]);
    await queue.client.send(new PurgeQueueCommand({ QueueUrl: queue.queueUrl }));
    await resubmit(['-'], event);
    expect(await queued()).toMatchObject([wish('versioned-2')]);
  });

  it('is sent without the time after which it was no longer wanted', async () => {
    const failed = await recorded(FAILED, { notAfter: EARLIER });
    await resubmit([failed.requestId]);
    const [request] = await queued();
    expect(request).not.toHaveProperty('notAfter');
  });

  it('goes with others in the order in which they were accepted, however they were named', async () => {
    const imageId = 'ordered';
    const second = await recorded(FAILED, { imageId, acceptedAt: EARLIER + MINUTE, preferences: { rating: 2 } });
    const first = await recorded(FAILED, { imageId, acceptedAt: EARLIER, preferences: { rating: 1 } });
    const { code } = await resubmit([second.requestId, first.requestId]);
    const ratings: unknown[] = [];
    // One message of a group at a time: the stand-in of SQS hands out no more.
    for (const _ of [first, second]) {
      const [message] = await queue.receive();
      ratings.push(JSON.parse(message?.Body ?? '{}').preferences.rating);
      await queue.remove(message?.ReceiptHandle ?? '');
    }
    expect([code, ratings]).toEqual([0, [1, 2]]);
  });

  it('that came into the ledger again, and not into the queue, is sent by the same command', async () => {
    const failed = await recorded(FAILED, { requestId: `http:${hex('c')}`, source: 'http', partner: 'acme' });
    await resubmit([failed.requestId]);
    const [lost] = await queued();
    await queue.client.send(new PurgeQueueCommand({ QueueUrl: queue.queueUrl }));
    const { code, out } = await resubmit([failed.requestId]);
    expect([code, out]).toEqual([0, [`sent  ${failed.requestId}.failed as ${lost?.requestId}`]]);
  });

  it('that was sent again and carried out is not sent once more', async () => {
    const failed = await recorded(FAILED, {
      requestId: `http:${hex('8')}`,
      source: 'http',
      partner: 'acme',
      imageId: 'carried-out',
    });
    await resubmit([failed.requestId]);
    const [again] = await queued();
    if (again === undefined) throw new Error('nothing was sent');
    await ledger().record(again, SUCCEEDED, limits());
    await queue.client.send(new PurgeQueueCommand({ QueueUrl: queue.queueUrl }));
    for (const options of [[], ['--force'], ['--dry-run']]) {
      const { code, out } = await resubmit([failed.requestId, ...options]);
      expect([code, out]).toEqual([0, [`sent before  ${failed.requestId}.failed as ${again.requestId}`]]);
    }
    expect(await queued()).toEqual([]);
  });

  it('that was sent again through the queue is told from another request of its image', async () => {
    const failed = await recorded(FAILED, { imageId: 'by-queue' });
    const foreign = { imageId: 'by-queue', acceptedAt: EARLIER + MINUTE };
    const other = await recorded(FAILED, { ...foreign, requestId: `sqs:${hex('a')}`, senderRequestId: 'order-1' });
    expect((await resubmit([failed.requestId, '--dry-run'])).out).toEqual([
      expect.stringContaining(`has a newer request (${other.requestId}`),
    ]);
    const senderRequestId = `resubmit/${failed.requestId}.failed`;
    const again = await recorded(FAILED, { ...foreign, requestId: `sqs:${hex('b')}`, senderRequestId });
    const all = [failed.requestId, other.requestId, again.requestId];
    expect((await resubmit([...all, '--dry-run'])).out).toEqual([
      `sent before  ${failed.requestId}.failed as ${again.requestId}`,
      expect.stringMatching(/^would be sent {2}sqs:a/),
      expect.stringMatching(/^would be sent {2}sqs:b/),
    ]);
  });
});

it('a newer request that the ledger is about to forget counts no more', async () => {
  const { imageId, requestId } = await recorded(SUCCEEDED, { imageId: 'about-to-be-forgotten' });
  const parts = { send: tables.client.send.bind(tables.client), table: tables.table };
  const at = (now: number) => createNewerRequests({ ...parts, now: () => now })(imageId, EARLIER);
  expect(await at(EARLIER)).toMatchObject([{ requestId }]);
  expect(await at(EARLIER + 15 * 24 * 60 * MINUTE)).toEqual([]);
});

it('newer requests are read over any number of pages', async () => {
  const asked: unknown[] = [];
  const send = async ({ input }: { readonly input: { readonly ExclusiveStartKey?: unknown } }) => {
    asked.push(input.ExclusiveStartKey);
    return { Items: [], ...(asked.length < 3 && { LastEvaluatedKey: asked.length }) };
  };
  const newerRequests = createNewerRequests({ send: send as never, table: 'ledger', now: Date.now });
  expect([await newerRequests('house', EARLIER), asked]).toEqual([[], [undefined, 1, 2]]);
});

describe('nothing is sent', () => {
  it('of a request that is older than another one of its image, unless it is forced', async () => {
    const older = await recorded(FAILED, { imageId: 'overtaken', preferences: { rating: 1 } });
    const newer = await recorded(SUCCEEDED, { imageId: 'overtaken', acceptedAt: EARLIER + MINUTE });
    const { code, out } = await resubmit([older.requestId]);
    expect([code, await queued()]).toEqual([1, []]);
    expect(out).toEqual([
      expect.stringContaining(
        `${older.requestId}.failed: its image overtaken has a newer request (${newer.requestId}, `,
      ),
    ]);
    // That the queue is waived says nothing of what the ledger knows.
    expect(await resubmit([older.requestId, '--despite-queue'])).toMatchObject({ code: 1, out });
    const forced = await resubmit([older.requestId, '--force']);
    expect([forced.code, await queued()]).toMatchObject([0, [{ preferences: { rating: 1 } }]]);
  });

  it('of one that was accepted in the same millisecond as another, whose order nobody knows', async () => {
    const one = await recorded(FAILED, { imageId: 'together' });
    await recorded(SUCCEEDED, { imageId: 'together' });
    expect(await resubmit([one.requestId])).toMatchObject({ code: 1 });
  });

  it('of two failed ones when a third, which is newer, is not sent with them', async () => {
    const imageId = 'three';
    const ids = await Promise.all([0, 1].map((n) => recorded(FAILED, { imageId, acceptedAt: EARLIER + n })));
    await recorded(SUCCEEDED, { imageId, acceptedAt: EARLIER + MINUTE });
    const { out } = await resubmit(ids.map(({ requestId }) => requestId));
    expect(out.map((line) => line.split(' ')[0])).toEqual(['refused', 'refused']);
    expect(await queued()).toEqual([]);
  });

  it('while the queue may hold a newer request that the ledger does not know, unless that is waived', async () => {
    const failed = await recorded(FAILED);
    const other = await recorded(FAILED);
    await resubmit([other.requestId]);
    const { code, out } = await resubmit([failed.requestId, '--force']);
    expect([code, out[0]]).toEqual([1, expect.stringContaining('1 messages are in the request queue')]);
    expect(await resubmit([failed.requestId, '--despite-queue'])).toMatchObject({ code: 0 });
  });

  it('with --dry-run, which only says what would be', async () => {
    const failed = await recorded(FAILED, { requestId: `http:${hex('d')}`, source: 'http', partner: 'acme' });
    const { code, out } = await resubmit([failed.requestId, '--dry-run']);
    expect([code, out[0]]).toEqual([
      0,
      expect.stringMatching(/^would be sent {2}http:d+\.failed as http:[0-9a-f]{64}$/),
    ]);
    expect(await queued()).toEqual([]);
    const id = out[0]?.split(' as ')[1] ?? '';
    expect(await ledger().find(id, limits())).toBeUndefined();
  });

  it.each([
    ['has succeeded', SUCCEEDED, 'it is started, and only what failed is sent again'],
    ['is under way', undefined, 'it is queued, and only what failed is sent again'],
  ])('of a request that %s, also when forced', async (_, outcome, reason) => {
    const request = aRequest({ acceptedAt: EARLIER });
    await ledger().accept(request, limits());
    if (outcome) await ledger().record(request, outcome, limits());
    const { code, out } = await resubmit([request.requestId, '--force']);
    expect([code, out, await queued()]).toEqual([1, [`refused  ${request.requestId}: ${reason}`], []]);
  });

  it('of a request that the ledger has forgotten, when only its id is given', async () => {
    const { code, out } = await resubmit([`sqs:${hex('e')}`]);
    expect([code, out[0]]).toEqual([1, expect.stringContaining('hand over its event')]);
  });
});

describe('events on standard input', () => {
  const eventOf = (request: ReprocessRequest, stage = 'dev') => encodeEvent(outcomeEvent(request, FAILED), stage);

  it('take the place of a ledger that has forgotten the requests, with every digit of their numbers', async () => {
    const text = eventOf(aRequest({ imageId: 'forgotten', acceptedAt: EARLIER }));
    const { code } = await resubmit(
      ['-'],
      text.replace('"neutral"', '"neutral","metadata":{"id":12345678901234567890}'),
    );
    const [message] = await queue.receive();
    expect([code, message?.Body]).toEqual([0, expect.stringContaining('"metadata":{"id":12345678901234567890}')]);
  });

  it('are not sent behind what came since', async () => {
    await recorded(SUCCEEDED, { imageId: 'gone-and-overtaken', acceptedAt: EARLIER + MINUTE });
    const text = eventOf(aRequest({ imageId: 'gone-and-overtaken', acceptedAt: EARLIER }));
    const { code, out } = await resubmit(['-'], text);
    expect([code, out[0]]).toEqual([1, expect.stringContaining('has a newer request')]);
  });

  it('keep the version of the API, with which the request is the same in the ledger and in the queue', async () => {
    const own = { requestId: `http:${hex('5')}`, source: 'http', partner: 'acme', apiVersion: '2026-01-01' } as const;
    await resubmit(['-'], eventOf(aRequest({ ...own, imageId: 'of-a-version', acceptedAt: EARLIER })));
    const [again] = await queued();
    expect(again?.apiVersion).toBe('2026-01-01');
    const { fingerprint } = again ?? {};
    expect(await ledger().find(again?.requestId ?? '', limits())).toMatchObject({
      apiVersion: '2026-01-01',
      fingerprint,
    });
  });

  it('say whose a request was, and where it stood in its file', async () => {
    const upload = { file: 'requests/some.csv', line: 12 };
    const own = aRequest({ requestId: `http:${hex('6')}`, source: 'http', partner: 'acme', acceptedAt: EARLIER });
    await resubmit(['-'], eventOf(own));
    const [again] = await queued();
    expect(await ledger().find(again?.requestId ?? '', limits())).toMatchObject({ source: 'http', partner: 'acme' });
    await queue.client.send(new PurgeQueueCommand({ QueueUrl: queue.queueUrl }));
    const line = { requestId: `upload:${hex('7')}`, source: 'upload', upload, acceptedAt: EARLIER } as const;
    await resubmit(['-'], eventOf(aRequest({ ...line, imageId: 'of-a-file' })));
    expect(await queued()).toMatchObject([{ source: 'upload', upload }]);
  });

  it('may stand beside ids, and one of them that is refused keeps none of the others back', async () => {
    const failed = await recorded(FAILED);
    const gone = aRequest({ acceptedAt: EARLIER });
    const { code, out } = await resubmit(['-'], [eventOf(gone), 'nonsense', '', failed.requestId].join('\n'));
    expect(code).toBe(1);
    expect(out.map((line) => line.split(' ')[0])).toEqual(['refused', 'sent', 'sent']);
  });

  it('of a request that was refused under a used id are sent by what they say, not by what the ledger has', async () => {
    const first = await recorded(SUCCEEDED, { imageId: 'reused', acceptedAt: EARLIER - MINUTE });
    const preferences = { rating: 5 };
    const other = { ...first, preferences, fingerprint: fingerprintOf('reused', preferences), acceptedAt: EARLIER };
    const text = eventOf(other).replace(/"id":"[^"]+"/, `"id":"${first.requestId}.reused.message-1"`);
    const { code, out } = await resubmit(['-'], text);
    const event = `${first.requestId}.reused.message-1`;
    expect([code, out]).toEqual([0, [`sent  ${event} as resubmit/${event}`]]);
    expect(await queued()).toMatchObject([{ imageId: 'reused', preferences }]);
  });

  it.each([
    ['of another stage', (text: string) => text.replace('reprocess/dev', 'reprocess/production'), 'must come from'],
    [
      'of what was no request',
      (text: string) => text.replace('"preferences":', '"original":'),
      'could not be understood',
    ],
    ['of a success', (text: string) => text.replace('reprocess.failed', 'reprocess.succeeded'), 'type: '],
    ['that break off', (text: string) => text.slice(0, 100), 'must be a request id or the JSON'],
  ])('%s are refused', async (_, spoil, reason) => {
    const { code, out } = await resubmit(['-'], spoil(eventOf(aRequest({ acceptedAt: EARLIER }))));
    expect([code, out[0], await queued()]).toEqual([1, expect.stringContaining(reason), []]);
  });
});

describe('a mistake on the command line ends it with one sentence', () => {
  it.each([
    [['--stage', 'prod', `sqs:${hex('0')}`], '--stage must be one of dev, staging, production, local, got prod'],
    [
      ['--stage', 'dev', 'order-1'],
      'a request id must be http:, sqs: or upload: and 64 hexadecimal digits, got order-1',
    ],
    [['--stage', 'dev'], 'say what to send again: its ids, - for stdin, or --code and --since'],
    [['--stage', 'dev', '--forced', '-'], "unknown option '--forced'"],
    [['--stage', 'dev', `sqs:${hex('0')}`], 'nothing was sent, since nobody can answer here'],
    [['--table', 'x', `sqs:${hex('0')}`], '--table goes with --stage alone'],
  ])('%j', async (words, message) => {
    const { code, out, error } = await dead(['resubmit', ...words]);
    expect([code, out, error.split('\n')]).toEqual([2, [''], [expect.stringContaining(message)]]);
  });
});

it('a stage without a ledger ends it with one sentence', async () => {
  const { code, out, error } = await dead(['resubmit', '--stage', 'staging', '--yes', `sqs:${hex('0')}`]);
  const sentence = expect.stringMatching(/^reprocess: there is no table reprocess-staging-storage-Ledger… here: .*$/);
  expect([code, out, error]).toEqual([1, [''], sentence]);
});

describe('what failed', () => {
  it('is listed of all, newest first, by code and time, and sent again so', async () => {
    const invalid: Outcome = { ...FAILED, error: failure('not_found', 'there is none') };
    const request = (digit: string, more: Partial<ReprocessRequest>): Partial<ReprocessRequest> => {
      return { requestId: `http:${hex(digit)}`, source: 'http', imageId: `listed-${digit}`, ...more };
    };
    const now = Date.now();
    const older = await recorded(invalid, request('1', { partner: 'acme', acceptedAt: now - 2 * MINUTE }));
    const newer = await recorded(invalid, request('2', { acceptedAt: now - MINUTE }));
    await recorded(FAILED, request('3', { acceptedAt: now - MINUTE }));
    await recorded(SUCCEEDED, request('4', { acceptedAt: now - MINUTE }));
    await recorded(invalid, request('5', { acceptedAt: now - 20 * MINUTE }));
    const select = ['--code', 'not_found', '--since', '10m'];
    const listed = await dead(['list', '--stage', 'dev', '--json', ...select]);
    expect(listed.out.map((line) => JSON.parse(line))).toMatchObject([
      { request_id: newer.requestId, error_code: 'not_found', life: 'failed' },
      { request_id: older.requestId, partner: 'acme' },
    ]);
    const foretold = await resubmit(['--dry-run', ...select]);
    expect(foretold.out).toEqual(
      [older, newer].map(({ requestId }) => expect.stringContaining(`would be sent  ${requestId}`)),
    );
    expect((await resubmit(select)).code).toBe(0);
    expect((await queued()).map(({ imageId }) => imageId).toSorted()).toEqual(['listed-1', 'listed-2']);
  });

  it('is listed over any number of pages', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    const cursors: (string | undefined)[] = [];
    const lists = {
      async list(_filter: unknown, { cursor }: { readonly cursor?: string }) {
        cursors.push(cursor);
        return { items: [], ...(cursors.length < 3 && { cursor: `after-${cursors.length}` }) };
      },
    };
    const place = { stage: 'dev', port: 0, settings: { region: 'us-east-1' } };
    for await (const _ of createListFailed({ place, lists, limits })({})) expect.fail('there are none');
    expect(cursors).toEqual([undefined, 'after-1', 'after-2']);
  });

  it('is shown as the HTTP API shows it', async () => {
    const { requestId } = await recorded(FAILED, { imageId: 'shown', preferences: { rating: 4 } });
    const shown = await dead(['show', requestId, '--stage', 'dev', '--json']);
    expect(JSON.parse(shown.out[0] ?? '')).toMatchObject({
      request_id: requestId,
      preferences: { rating: 4 },
      error: { code: 'gave_up', detail: 'it failed' },
    });
    const unknown = await dead(['show', `sqs:${hex('f')}`, '--stage', 'dev']);
    expect([unknown.code, unknown.error]).toEqual([1, expect.stringContaining('it forgets after 14 days')]);
  });

  it('is nothing, and that is said', async () => {
    expect(await resubmit(['--code', 'nothing_of_the_kind'])).toEqual({ code: 0, out: [''], error: 'There are none.' });
  });
});
