import { randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { DependencyUnavailable } from '../../../functions/core/errors.ts';
import type { OutcomeEvent } from '../../../functions/core/outcome/outcome.ts';
import { createOutcomePublisher } from '../../../functions/core/outcome/record-and-publish.ts';
import type { Ledger, Outcomes } from '../../../functions/core/ports.ts';
import { createResolveDeadLetter } from '../../../functions/core/processing/resolve-dead-letter.ts';
import { fingerprintOf, httpRequestId, sqsRequestId } from '../../../functions/core/request/reprocess-request.ts';
import { createDeadLettersHandler } from '../../../functions/dead-letters/handler.ts';
import { expectPublishable } from '../../support/contract.ts';
import {
  aLease,
  aRequest,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../support/fixtures.ts';
import { startLedgerTable } from '../../support/ledger-table.ts';
import { lambdaContext, sqsEvent, sqsRecord, uncut } from '../../support/sqs-event.ts';

let database: Awaited<ReturnType<typeof startLedgerTable>>;
beforeAll(async () => {
  database = await startLedgerTable();
});
afterAll(() => database.stop());

let count = 0;
let image: string;
beforeEach(() => {
  count += 1;
  image = `dead-${count}`;
});

function startAnswerer(isAway = false) {
  const clock = standingClock();
  const events: OutcomeEvent[] = [];
  const outcomes: Outcomes = {
    async publish(event) {
      if (isAway) throw new DependencyUnavailable('result queue', new Error('away'));
      events.push(event);
    },
    join: () => () => undefined,
  };
  const ledger: Ledger = createLedger({
    send: database.client.send.bind(database.client),
    table: database.table,
    clock,
    randomId: randomUUID,
  });
  const log = listeningLogger();
  const metrics = listeningMetrics();
  const { counted } = metrics;
  const publisher = createOutcomePublisher({ ledger, outcomes, clock, log, metrics });
  const resolveDeadLetter = createResolveDeadLetter({ ledger, publisher, clock, random: () => 0, log, metrics });
  const receiveBudget = { freeReceives: 300, slowedWaitMs: 1_800_000 };
  const visibility = { hide: async () => undefined };
  const handler = createDeadLettersHandler({ resolveDeadLetter, outcomes, visibility, receiveBudget, metrics, clock });
  const run = async (...records: readonly SQSRecord[]) => {
    const response = await handler(sqsEvent(...records), lambdaContext(), uncut());
    expectPublishable(events);
    return response;
  };
  return { run, events, counted, ledger, limits: plentyOfTime(clock) };
}

const message = (more: object = {}) => sqsRecord({ image_id: image, preferences: { hdr: true }, ...more });
const internal = { kind: 'failed', error: { code: 'internal' } };

describe('a dead letter', () => {
  it('that no worker ever claimed ends as internal, and is counted', async () => {
    const { run, events, counted, ledger, limits } = startAnswerer();
    expect(await run(message())).toEqual({ batchItemFailures: [] });
    expect((await ledger.find(events[0]?.request.requestId ?? '', limits))?.outcome).toEqual(events[0]?.outcome);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ groupId: image, outcome: { ...internal, attempts: 0 } });
    expect(events[0]?.outcome).not.toHaveProperty('error.mayHaveActed');
    expect(counted).toEqual(['DeadLetters', 'OutcomeFailed', 'OutcomeInternal', 'WaitingTime']);
  });

  it('that was begun ends as internal, in the ledger too, and says that it may have acted', async () => {
    const { run, events, ledger, limits } = startAnswerer();
    const preferences = { hdr: true };
    const requestId = httpRequestId('acme', image);
    const fingerprint = fingerprintOf(image, preferences);
    const request = aRequest({ requestId, imageId: image, preferences, fingerprint, source: 'http', partner: 'acme' });
    await ledger.accept(request, limits);
    await ledger.claim(request, aLease(NOON + 1), limits);
    await run(message({ request_id: requestId }));
    expect(events[0]).toMatchObject({
      request: { partner: 'acme' },
      outcome: { ...internal, attempts: 1, error: { mayHaveActed: true } },
    });
    expect(await ledger.find(requestId, limits)).toMatchObject({ state: 'failed', outcome: internal });
  });

  it('that had ended is announced as it ended', async () => {
    const { run, events, ledger, limits } = startAnswerer();
    const requestId = sqsRequestId('AROAEXAMPLE', 'mine');
    const request = aRequest({ requestId, imageId: image, preferences: { hdr: true } });
    await ledger.claim(request, aLease(NOON + 1), limits);
    await ledger.record(request, { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON }, limits);
    await run(message({ request_id: 'mine' }));
    expect(events).toEqual([
      expect.objectContaining({
        id: `${requestId}.succeeded`,
        outcome: expect.objectContaining({ kind: 'succeeded' }),
      }),
    ]);
  });

  it.each([
    ['garbage', () => sqsRecord('garbage', { group: image }), /^sqs:.*\.failed$/],
    ['an id that was never accepted', () => message({ request_id: `http:${'0'.repeat(64)}` }), /^sqs:.*\.failed$/],
  ])('of %s is answered under an id of its own', async (_, make, id) => {
    const { run, events } = startAnswerer();
    await run(make());
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ id: expect.stringMatching(id), groupId: image, outcome: internal });
  });

  it('under an id that other content has does not touch that', async () => {
    const { run, events, ledger, limits } = startAnswerer();
    const requestId = sqsRequestId('AROAEXAMPLE', `taken-${image}`);
    await ledger.claim(aRequest({ requestId, imageId: image, preferences: { other: 1 } }), aLease(NOON + 1), limits);
    const record = message({ request_id: `taken-${image}` });
    await run(record);
    expect(events[0]?.id).toBe(`${requestId}.reused.${record.messageId}`);
    expect((await ledger.find(requestId, limits))?.outcome).toBeUndefined();
  });

  it('comes again when it could not be ended', async () => {
    const { run } = startAnswerer(true);
    const record = message();
    expect(await run(record)).toEqual({ batchItemFailures: [{ itemIdentifier: record.messageId }] });
  });
});
