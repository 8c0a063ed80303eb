import { randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBudgetStore } from '../../../functions/adapters/ledger/account/budget.ts';
import { createPauseStore } from '../../../functions/adapters/ledger/account/pause.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { createAccountCalls } from '../../../functions/core/budget/account-calls.ts';
import { createWindows } from '../../../functions/core/budget/budget-policy.ts';
import {
  AccountRefused,
  DependencyUnavailable,
  RefusedForGood,
  RefusedForNow,
  ResponseTimedOut,
} from '../../../functions/core/errors.ts';
import type { OutcomeEvent } from '../../../functions/core/outcome/outcome.ts';
import { createOutcomePublisher } from '../../../functions/core/outcome/record-and-publish.ts';
import type { Images, Ledger, Outcomes } from '../../../functions/core/ports.ts';
import { createCallPermits } from '../../../functions/core/processing/call-permits.ts';
import { createReprocessImage } from '../../../functions/core/processing/reprocess-image.ts';
import { retryPolicy } from '../../../functions/core/processing/retry-policy.ts';
import { sqsRequestId } from '../../../functions/core/request/reprocess-request.ts';
import { createWorkerHandler } from '../../../functions/reprocess-worker/handler.ts';
import { requestLifetime } from '../../../infra/limits.ts';
import { expectPublishable } from '../../support/contract.ts';
import {
  listeningLogger,
  listeningMetrics,
  NO_LIMIT,
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

/** A message as one of its deliveries shows it. @param delivery from 1 */
function received(record: SQSRecord, delivery: number): SQSRecord {
  return { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(delivery) } };
}

/** How long a request may be in its queue. */
const LIFETIME_MS = requestLifetime(14 * 86_400) * 1000;

type Answer = (imageId: string, preferences: Readonly<Record<string, unknown>>) => Promise<string> | string;

/** The worker over the real ledger; the endpoint and the queues are written down in the order in which they are used. */
function startWorker(answer: Answer, parts: { ledger?: (real: Ledger) => Ledger; publish?: Outcomes['publish'] } = {}) {
  const clock = standingClock();
  const steps: string[] = [];
  const events: OutcomeEvent[] = [];
  const images: Images = {
    async process(imageId, preferences, _limits, { apiVersion, onSent } = {}) {
      const under = apiVersion === undefined ? '' : ` under ${apiVersion}`;
      steps.push(`call ${imageId} ${JSON.stringify(preferences)}${under}`);
      const response = answer(imageId, preferences);
      onSent?.();
      return { response: await response, warnings: [] };
    },
  };
  const outcomes: Outcomes = {
    async publish(event, limits) {
      await parts.publish?.(event, limits);
      steps.push(`publish ${event.groupId}`);
      events.push(event);
    },
    join: () => () => undefined,
  };
  const visibility = {
    async hide(receiptHandle: string, ms: number) {
      steps.push(`hide ${receiptHandle} ${ms}`);
    },
  };
  const real = createLedger({
    send: database.client.send.bind(database.client),
    table: database.table,
    clock,
    randomId: randomUUID,
  });
  const ledger = parts.ledger?.(real) ?? real;
  const log = listeningLogger();
  const policy = retryPolicy({ retryForMs: 6 * 3_600_000, lostResponseWaitMs: 30_000 });
  const metrics = listeningMetrics();
  const publisher = createOutcomePublisher({ ledger, outcomes, clock, log, metrics });
  const permits = createCallPermits({
    clock,
    callsPerSecond: 20,
    onOpen: (reason, ms) => steps.push(`hold ${reason} ${ms}`),
  });
  const client = { send: database.client.send.bind(database.client), table: database.table, clock };
  const calls = createAccountCalls({
    permits,
    settings: { limit: null, reset: NO_LIMIT.DAILY_RESET, interactiveShare: 0 },
    currentWindow: createWindows(NO_LIMIT.DAILY_RESET),
    budgets: createBudgetStore({ ...client, randomId: randomUUID }),
    pauses: createPauseStore(client),
    ...{ clock, random: () => 0, randomId: randomUUID, log, metrics },
  });
  const whole = { images, permits, calls, ledger, publisher, policy, clock, random: () => 1, log, metrics };
  const reprocessImage = createReprocessImage({ ...whole, lifetimeMs: LIFETIME_MS });
  const handler = createWorkerHandler({
    reprocessImage,
    calls,
    outcomes,
    visibility,
    receiveBudget: { freeReceives: 300, slowedWaitMs: 1_800_000 },
    metrics,
    clock,
  });
  const run = async (...records: readonly SQSRecord[]) => {
    const { batchItemFailures } = await handler(sqsEvent(...records), lambdaContext(), uncut());
    expectPublishable(events);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { run, steps, events, clock, ledger: real, log };
}

/** Resolves when nothing more has happened for a while: what is under way now waits for ever. */
async function standstill(steps: readonly string[]): Promise<undefined> {
  for (let [quiet, seen] = [0, 0]; quiet < 8; quiet = steps.length === seen ? quiet + 1 : 0) {
    seen = steps.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

let images = 0;
let image: string;
beforeEach(() => {
  images += 1;
  image = `house-${images}`;
});
const message = (imageId: string, preferences: object, more: object = {}) =>
  sqsRecord({ image_id: imageId, preferences, ...more });
const ok = () => '{"status":"processing"}';

describe('a batch', () => {
  it('carries out a group in order and publishes each outcome before the next call', async () => {
    const worker = startWorker(ok);
    expect(await worker.run(message(image, { n: 1 }), message(image, { n: 2 }), message(image, { n: 3 }))).toEqual([]);
    const expected = [1, 2, 3].flatMap((n) => [`call ${image} {"n":${n}}`, `publish ${image}`]);
    expect(worker.steps).toEqual(expected);
    expect(worker.events[0]).toMatchObject({ outcome: { kind: 'succeeded', response: ok(), attempts: 1 } });
  });

  it('carries out groups side by side', async () => {
    const calls = Promise.withResolvers<void>();
    let underWay = 0;
    const worker = startWorker(async () => {
      underWay += 1;
      if (underWay === 10) calls.resolve();
      await calls.promise;
      return ok();
    });
    const records = Array.from({ length: 10 }, (_, index) => message(`${image}-${index}`, {}));
    expect(await worker.run(...records)).toEqual([]);
    expect(worker.events).toHaveLength(10);
  });

  it('gives the rest of a group back unsent when its first must wait: the head hidden first, then the followers shown', async () => {
    const worker = startWorker(() => {
      throw new RefusedForNow('busy', { status: 503, response: '' });
    });
    const [head, second, third] = [message(image, { n: 1 }), message(image, { n: 2 }), message(image, { n: 3 })];
    expect(await worker.run(head, second, third)).toEqual([head.messageId, second.messageId, third.messageId]);
    expect(worker.steps).toEqual([
      `call ${image} {"n":1}`,
      `hide ${head.receiptHandle} 2000`,
      `hide ${second.receiptHandle} 0`,
      `hide ${third.receiptHandle} 0`,
    ]);
  });

  it("keeps one group's trouble from every other", async () => {
    const worker = startWorker((imageId) => {
      if (imageId.endsWith('-bad')) throw new TypeError('a bug');
      return ok();
    });
    const bad = message(`${image}-bad`, {});
    expect(await worker.run(message(`${image}-1`, {}), bad, message(`${image}-2`, {}))).toEqual([bad.messageId]);
    expect(worker.events.map(({ groupId }) => groupId)).toEqual([`${image}-1`, `${image}-2`]);
    expect(worker.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('slows a group down when one of its messages has been received too often', async () => {
    const worker = startWorker(() => {
      throw new RefusedForNow('busy', { status: 503, response: '' });
    });
    const head = message(image, {});
    const often = sqsRecord({ image_id: image, preferences: {} }, { attributes: { ApproximateReceiveCount: '301' } });
    await worker.run(head, often);
    expect(worker.steps.slice(1)).toEqual([`hide ${head.receiptHandle} 1800000`, `hide ${often.receiptHandle} 0`]);
  });

  it('responds in time, and returns unfinished messages, when a step of one group hangs', async () => {
    const hang = (real: Ledger): Ledger => ({
      ...real,
      record: (request, outcome, limits) =>
        request.imageId.endsWith('-hung')
          ? new Promise((_, reject) =>
              limits.signal.addEventListener('abort', () => reject(new DependencyUnavailable('ledger', 'hung'))),
            )
          : real.record(request, outcome, limits),
    });
    const worker = startWorker(ok, { ledger: hang });
    const hung = message(`${image}-hung`, {});
    const answering = worker.run(message(`${image}-good`, {}), hung);
    await expect.poll(() => worker.events.length).toBe(1);
    await expect.poll(() => worker.steps.filter((step) => step.startsWith('call'))).toHaveLength(2);
    worker.clock.set(NOON + 58_000);
    expect(await answering).toEqual([hung.messageId]);
    expect(worker.steps.at(-1)).toBe(`hide ${hung.receiptHandle} 30000`);
  });

  it('is paced by when its calls were sent, which is later than they were allowed', async () => {
    const calledAt: number[] = [];
    const worker = startWorker(() => {
      if (calledAt.length === 0) worker.clock.set(NOON + 300);
      calledAt.push(worker.clock.now() - NOON);
      return ok();
    });
    await worker.run(...Array.from({ length: 20 }, (_, index) => message(`${image}-${index}`, {})));
    await worker.run(message(image, {}));
    expect(calledAt.at(-1)).toBe(1320);
  });

  it('starts no new call after its first 15 seconds', async () => {
    const worker = startWorker(() => {
      worker.clock.set(worker.clock.now() + 8000);
      return ok();
    });
    const records = [1, 2, 3].map((n) => message(image, { n }));
    expect(await worker.run(...records)).toEqual([records[2]?.messageId]);
    expect(worker.steps.at(-1)).toBe(`hide ${records[2]?.receiptHandle} 0`);
  });
});

describe('a request', () => {
  it("that the endpoint refuses for good fails with the endpoint's own words", async () => {
    const response = '{"message":"no such image"}';
    const worker = startWorker(() => {
      throw new RefusedForGood('the endpoint answered 404', { status: 404, response });
    });
    expect(await worker.run(message(image, {}))).toEqual([]);
    expect(worker.events[0]?.outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'not_found', status: 404, endpoint: response },
    });
  });

  it('that comes again after it ended is published again under the same event id, and not called again', async () => {
    const worker = startWorker(ok);
    const record = message(image, {});
    await worker.run(record);
    worker.clock.set(NOON + 600_000);
    await worker.run({ ...record, receiptHandle: 'again' });
    expect(worker.steps.filter((step) => step.startsWith('call'))).toHaveLength(1);
    expect(worker.events).toHaveLength(2);
    expect(worker.events[1]).toEqual(worker.events[0]);
  });

  it('keeps the trace of its first message when another message has the same id, before and after its end', async () => {
    let calls = 0;
    const worker = startWorker(() => {
      calls += 1;
      if (calls === 1) throw new RefusedForNow('busy', { status: 503, response: '' });
      return ok();
    });
    const traced = (digit: string) => {
      const stringValue = `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
      const messageAttributes = { traceparent: { stringValue, dataType: 'String' } };
      return sqsRecord({ image_id: image, preferences: {}, request_id: 'traced' }, { messageAttributes });
    };
    for (const digit of ['a', 'b', 'c']) {
      await worker.run(traced(digit));
      worker.clock.set(worker.clock.now() + 600_000);
    }
    const [first, again] = worker.events;
    expect(first?.request.traceparent).toBe(`00-${'a'.repeat(32)}-${'a'.repeat(16)}-01`);
    expect(again).toEqual(first);
  });

  it('shows in the ledger that it waits, for what, and until when', async () => {
    const worker = startWorker(() => {
      throw new RefusedForNow('the endpoint answered 503', { status: 503, response: '', retryAfterMs: 60_000 });
    });
    await worker.run(message(image, {}, { request_id: 'r' }));
    expect(await worker.ledger.find(sqsRequestId('AROAEXAMPLE', 'r'), plentyOfTime(worker.clock))).toMatchObject({
      state: 'waiting',
      attempts: 1,
      nextAttemptAt: NOON + 60_000,
      lastError: { code: 'refused_for_now', status: 503, detail: 'the endpoint answered 503' },
      failedAttempts: [{ attempt: 1, at: NOON, code: 'refused_for_now', status: 503, nextAttemptAt: NOON + 60_000 }],
    });
  });

  it('that comes before its time goes back for the rest of it, and is not called', async () => {
    const worker = startWorker(() => {
      throw new RefusedForNow('the endpoint answered 423', { status: 423, response: '', retryAfterMs: 60_000 });
    });
    const record = message(image, {});
    await worker.run(record);
    worker.clock.set(NOON + 20_000);
    worker.steps.length = 0;
    expect(await worker.run(received(record, 2))).toEqual([record.messageId]);
    expect(worker.steps).toEqual([`hide ${record.receiptHandle} 40000`]);
  });

  it('is claimed for as long as its worker may be at it', async () => {
    const requestId = sqsRequestId('AROAEXAMPLE', `lease of ${image}`);
    const leases: (number | undefined)[] = [];
    const worker = startWorker(async () => {
      const item = await worker.ledger.find(requestId, plentyOfTime(worker.clock));
      leases.push(item?.leaseUntil);
      return ok();
    });
    await worker.run(message(image, {}, { request_id: `lease of ${image}` }));
    // The invocation has 60 s, of which it keeps two for its response.
    expect(leases).toEqual([NOON + 58_000]);
  });

  it('counts attempts over its deliveries, and says when a lost response may have acted', async () => {
    let calls = 0;
    const worker = startWorker(() => {
      calls += 1;
      if (calls < 3) throw new ResponseTimedOut('timed out after 10 s');
      throw new RefusedForGood('the endpoint answered 404', { status: 404, response: '' });
    });
    const record = message(image, {});
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      await worker.run(record);
      worker.clock.set(NOON + delivery * 150_000);
    }
    expect(worker.events).toHaveLength(1);
    expect(worker.events[0]?.outcome).toMatchObject({ attempts: 3, error: { mayHaveActed: true } });
  });

  it('waits a minute at most for a circuit breaker that the endpoint keeps open for longer', async () => {
    const throttled = Promise.withResolvers<void>();
    const worker = startWorker(async (_, { n }) => {
      if (n === 1) {
        throttled.resolve();
        throw new RefusedForNow('too many calls', { status: 429, response: '', retryAfterMs: 3_600_000 });
      }
      await throttled.promise;
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new RefusedForNow('it failed', { status: 500, response: '' });
    });
    const [one, other] = [message(image, { n: 1 }), message(`${image}-other`, { n: 2 })];
    await worker.run(one, other);
    const hidden = worker.steps.filter((step) => step.startsWith(`hide ${other.receiptHandle} `));
    expect(hidden).toEqual([`hide ${other.receiptHandle} 60000`]);
  });

  it("does not count an attempt that the account's fault ended", async () => {
    let repaired = false;
    const worker = startWorker(() => {
      if (!repaired) throw new AccountRefused('the key was refused', { status: 401, response: '' });
      return ok();
    });
    const record = message(image, {});
    for (let delivery = 1; delivery <= 20; delivery += 1) {
      expect(await worker.run(record)).toEqual([record.messageId]);
      worker.clock.set(NOON + delivery * 3_600_000);
    }
    repaired = true;
    expect(await worker.run(record)).toEqual([]);
    expect(worker.events[0]?.outcome).toMatchObject({ kind: 'succeeded', attempts: 1 });
  });

  it('is not sent once it is no longer wanted', async () => {
    const worker = startWorker(ok);
    await worker.run(message(image, {}, { not_after: '2026-11-22T11:59:59Z' }));
    expect(worker.steps).toEqual([`publish ${image}`]);
    expect(worker.events[0]?.outcome).toMatchObject({ kind: 'failed', attempts: 0, error: { code: 'expired' } });
  });

  it('is sent for as long as its queue keeps it, but for the last half day', async () => {
    const worker = startWorker(ok);
    worker.clock.set(NOON + LIFETIME_MS);
    await worker.run(message(image, {}));
    expect(worker.events[0]?.outcome).toMatchObject({ kind: 'succeeded' });
  });

  it('ends as expired before its queue drops it, and its image goes on', async () => {
    const worker = startWorker(ok);
    worker.clock.set(NOON + LIFETIME_MS + 1);
    const young = sqsRecord(
      { image_id: image, preferences: { n: 2 } },
      { attributes: { SentTimestamp: `${NOON + 1}` } },
    );
    expect(await worker.run(message(image, { n: 1 }), young)).toEqual([]);
    expect(worker.steps).toEqual([`publish ${image}`, `call ${image} {"n":2}`, `publish ${image}`]);
    const [{ outcome } = expect.fail()] = worker.events;
    expect(outcome).toMatchObject({
      attempts: 0,
      error: { code: 'expired', detail: expect.stringMatching(/its queue/) },
    });
    expect(outcome).not.toHaveProperty('error.mayHaveActed');
  });

  it('that expires after a lost response says that it may have acted', async () => {
    const worker = startWorker(() => {
      throw new ResponseTimedOut('no response');
    });
    const record = message(image, {});
    expect(await worker.run(record)).toEqual([record.messageId]);
    worker.clock.set(NOON + LIFETIME_MS + 1);
    expect(await worker.run(received(record, 2))).toEqual([]);
    const expired = { attempts: 1, error: { code: 'expired', mayHaveActed: true } };
    expect(worker.events.map(({ outcome }) => outcome)).toEqual([expect.objectContaining({ kind: 'failed' })]);
    expect(worker.events[0]?.outcome).toMatchObject(expired);
  });

  it.each([1, 2])(
    'expires in the queue while the circuit breaker is open, handed out for the %i. time',
    async (delivery) => {
      const worker = startWorker(() => {
        throw new AccountRefused('the key was refused', { status: 401, response: '' });
      });
      worker.clock.set(NOON + LIFETIME_MS + 1);
      const opens = sqsRecord(
        { image_id: `${image}-young`, preferences: {} },
        { attributes: { SentTimestamp: `${NOON + LIFETIME_MS}` } },
      );
      expect(await worker.run(opens)).toEqual([opens.messageId]);
      worker.steps.length = 0;
      expect(await worker.run(received(message(image, {}), delivery))).toEqual([]);
      expect(worker.steps).toEqual([`publish ${image}`]);
      expect(worker.events[0]?.outcome).toMatchObject({ attempts: 0, error: { code: 'expired' } });
    },
  );

  /** What becomes of a request whose worker hangs and is killed, each time with its message's next delivery. */
  async function afterDeaths(deliveries: readonly number[]) {
    const worker = startWorker(ok);
    const poison = message(image, { n: 'poison' }, { request_id: randomUUID() });
    const next = message(image, { n: 2 });
    const killed = startWorker(() => new Promise<string>(() => undefined));
    for (const [index, delivery] of deliveries.entries()) {
      killed.clock.set(NOON + index * 360_000);
      void killed.run(received(poison, delivery));
      await expect.poll(() => killed.steps.length).toBe(index + 1);
    }
    worker.clock.set(NOON + deliveries.length * 360_000);
    expect(await worker.run(received(poison, (deliveries.at(-1) ?? 0) + 1), next)).toEqual([]);
    return worker.events.map(({ outcome }) => {
      if (outcome.kind === 'succeeded') return outcome.kind;
      const { code, mayHaveActed } = outcome.error;
      return mayHaveActed ? `${code}, may have acted` : code;
    });
  }

  it.each([[[1, 2, 3]], [[301, 302, 303]]])(
    'that killed its worker three times ends as internal, and its image goes on: deliveries %j',
    async (deliveries) => {
      expect(await afterDeaths(deliveries)).toEqual(['internal, may have acted', 'succeeded']);
    },
  );

  it.each([
    ['it has', 301],
    ['one behind it has', 1],
  ])(
    'that comes every half hour only, since %s come so often, is not blamed for what its workers could not note',
    async (_, first) => {
      let isAway = true;
      const wait = () => Promise.reject(new DependencyUnavailable('ledger', new Error('throttled')));
      const response = () => {
        if (!isAway) return ok();
        throw new RefusedForNow('busy', { status: 503, response: '' });
      };
      const worker = startWorker(response, { ledger: (real) => ({ ...real, wait }) });
      const [record, behind] = [message(image, {}, { request_id: randomUUID() }), message(image, { n: 2 })];
      const deliver = (times: number) => {
        worker.clock.set(NOON + times * 1_900_000);
        return worker.run(received(record, first + times), received(behind, 301 + times));
      };
      for (let times = 0; times < 3; times += 1) {
        expect(await deliver(times)).toEqual([record.messageId, behind.messageId]);
        expect(worker.steps.at(-2)).toBe(`hide ${record.receiptHandle} 1800000`);
      }
      isAway = false;
      expect(await deliver(3)).toEqual([]);
      expect(worker.events[0]?.outcome).toMatchObject({ kind: 'succeeded', attempts: 4 });
    },
  );

  it('that was claimed too late for a call goes on at once, as if it had not been claimed', async () => {
    const slow = (real: Ledger): Ledger => ({
      ...real,
      async claim(...given) {
        const claim = await real.claim(...given);
        if (worker.clock.now() < NOON + 15_000) worker.clock.set(NOON + 15_000);
        return claim;
      },
    });
    const worker = startWorker(ok, { ledger: slow });
    const record = message(image, {}, { request_id: 'slow' });
    expect(await worker.run(record)).toEqual([record.messageId]);
    expect(worker.steps).toEqual([`hide ${record.receiptHandle} 0`]);
    const id = sqsRequestId('AROAEXAMPLE', 'slow');
    const item = await worker.ledger.find(id, plentyOfTime(worker.clock));
    expect(item).toMatchObject({ attempts: 0, lostResponses: 0, lastError: { code: 'call_not_started' } });
    expect(await worker.run(received(record, 2))).toEqual([]);
    expect(worker.events[0]?.outcome).toMatchObject({ kind: 'succeeded', attempts: 1 });
  });

  it('that was delivered to another worker in between does not count as a crash', async () => {
    expect(await afterDeaths([1, 3, 5])).toEqual(['succeeded', 'succeeded']);
  });

  it('that may have killed its worker runs alone, after all others', async () => {
    const killed = startWorker(() => new Promise<string>(() => undefined));
    const suspect = message(`${image}-suspect`, {}, { request_id: randomUUID() });
    void killed.run(received(suspect, 1));
    await expect.poll(() => killed.steps.length).toBe(1);
    const worker = startWorker(async (imageId) => {
      if (imageId.endsWith('-other')) await standstill(worker.steps);
      return ok();
    });
    worker.clock.set(NOON + 360_000);
    // Not its next delivery: nobody knows what became of that one.
    expect(await worker.run(received(suspect, 3), message(`${image}-other`, {}))).toEqual([]);
    const stepsOf = (name: string) => [`call ${image}-${name} {}`, `publish ${image}-${name}`];
    expect(worker.steps).toEqual([...stepsOf('other'), ...stepsOf('suspect')]);
  });

  it('that kills its worker takes none of its batch-mates with it', async () => {
    const records = Array.from({ length: 10 }, (_, index) => message(`${image}-${index}`, { n: index }));
    const [poison] = records;
    const isPoison = (imageId: string) => imageId === `${image}-0`;
    const events: OutcomeEvent[] = [];
    let left = records;
    for (let death = 0; death < 6 && left.length > 0; death += 1) {
      const never = new Promise<string>(() => undefined);
      const worker = startWorker((imageId) => (isPoison(imageId) ? never : death === 0 ? never : ok()));
      worker.clock.set(NOON + death * 360_000);
      const answered = worker.run(...left.map((record) => received(record, death + 1)));
      const ended = await Promise.race([answered, standstill(worker.steps)]);
      events.push(...worker.events);
      // A worker that died answered nothing: all that it held comes again, but for what had ended before.
      left =
        ended === undefined
          ? left.filter((record) => !worker.events.some(({ groupId }) => groupId === record.attributes.MessageGroupId))
          : [];
    }
    const codeOf = ({ outcome }: OutcomeEvent) => (outcome.kind === 'failed' ? outcome.error.code : outcome.kind);
    expect(events.filter((event) => codeOf(event) === 'internal').map(({ groupId }) => groupId)).toEqual([
      poison?.attributes.MessageGroupId,
    ]);
    expect(events.filter((event) => codeOf(event) === 'succeeded')).toHaveLength(9);
  });

  it('under an id that other content has is refused, and does not touch the first', async () => {
    const worker = startWorker(ok);
    await worker.run(message(image, { n: 1 }, { request_id: 'same' }));
    const second = message(image, { n: 2 }, { request_id: 'same' });
    expect(await worker.run(second)).toEqual([]);
    const id = sqsRequestId('AROAEXAMPLE', 'same');
    expect(worker.events[1]).toMatchObject({
      id: `${id}.reused.${second.messageId}`,
      outcome: { error: { code: 'request_id_reused' } },
    });
    expect(worker.steps.filter((step) => step.startsWith('call'))).toHaveLength(1);
    expect((await worker.ledger.find(id, plentyOfTime(worker.clock)))?.state).toBe('succeeded');
  });

  it('that claims to come over HTTP and was never accepted there is refused', async () => {
    const worker = startWorker(ok);
    await worker.run(message(image, {}, { request_id: `http:${'0'.repeat(64)}` }));
    expect(worker.steps).toEqual([`publish ${image}`]);
    expect(worker.events[0]).toMatchObject({
      id: expect.stringMatching(/^sqs:/),
      outcome: { error: { code: 'invalid_request' } },
    });
  });

  it.each([
    ['in another group', { preferences: {} }],
    ['with a wrong preference', { preferences: { rating: 7 } }],
  ])('%s is announced in the group of its image, a UUID in lower case', async (_, more) => {
    const uuid = '9F1C2A34-0000-4000-8000-123456789ABC';
    const worker = startWorker(ok);
    await worker.run(sqsRecord({ image_id: uuid, ...more }, { group: 'group-1' }));
    expect(worker.events).toEqual([
      expect.objectContaining({ groupId: uuid.toLowerCase(), outcome: expect.objectContaining({ kind: 'failed' }) }),
    ]);
    expect(worker.log.lines.at(-1)).toMatchObject({ message: 'a message was refused', facts: { group: 'group-1' } });
  });

  it("is called under its sender's own version of the API, and shows it in its event", async () => {
    const worker = startWorker(ok);
    await worker.run(message(image, {}, { api_version: '2025-05-08' }));
    expect(worker.steps[0]).toBe(`call ${image} {} under 2025-05-08`);
    expect(worker.events[0]?.request).toMatchObject({ apiVersion: '2025-05-08' });
  });

  it('warns of a name that is nearly right', async () => {
    const worker = startWorker(ok);
    await worker.run(message(image, { enhance_typ: 'warm' }));
    expect(worker.events[0]?.outcome.warnings).toEqual([
      'enhance_typ: did you mean enhance_type? It is passed on unchanged',
    ]);
  });

  it('that cannot be understood ends as failed, in the group it came in', async () => {
    const worker = startWorker(ok);
    const record = sqsRecord('garbage', { group: image });
    expect(await worker.run(record, message(image, {}))).toEqual([]);
    expect(worker.events[0]).toMatchObject({
      groupId: image,
      request: { original: 'garbage' },
      outcome: { kind: 'failed', error: { code: 'invalid_request' } },
    });
    expect(worker.events).toHaveLength(2);
  });
});

describe('with a part of AWS away', () => {
  const away = () => Promise.reject(new DependencyUnavailable('ledger', new Error('away')));

  it('no claim means no call', async () => {
    const worker = startWorker(ok, { ledger: (real) => ({ ...real, claim: away }) });
    const record = message(image, {});
    expect(await worker.run(record)).toEqual([record.messageId]);
    expect(worker.steps).toEqual([`hide ${record.receiptHandle} 30000`]);
  });

  it('a known outcome is written again until the ledger is back', async () => {
    let failures = 0;
    const ledger = (real: Ledger): Ledger => ({
      ...real,
      record: (...given) => (failures++ < 5 ? away() : real.record(...given)),
    });
    const worker = startWorker(ok, { ledger });
    expect(await worker.run(message(image, {}))).toEqual([]);
    expect(worker.events).toHaveLength(1);
    expect(failures).toBe(6);
  });

  it('an outcome that could not be published is in the ledger, and is published when the message comes again', async () => {
    let isAway = true;
    const worker = startWorker(ok, { publish: async () => (isAway ? away() : undefined) });
    const record = message(image, {});
    expect(await worker.run(record)).toEqual([record.messageId]);
    isAway = false;
    worker.clock.set(NOON + 600_000);
    expect(await worker.run(record)).toEqual([]);
    expect(worker.steps.filter((step) => step.startsWith('call'))).toHaveLength(1);
    expect(worker.events).toHaveLength(1);
  });
});
