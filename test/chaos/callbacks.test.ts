import { describe, expect, it } from 'vitest';
import { createJournal } from '../../chaos/facts.ts';
import { createFaultSchedule, createSingleFaults } from '../../chaos/fault-schedule.ts';
import { createServices, type Operation } from '../../chaos/models/aws/services.ts';
import { clientsOver, createAws } from '../../chaos/models/aws.ts';
import { createTable } from '../../chaos/models/dynamo.ts';
import { createEventBus } from '../../chaos/models/event-bus.ts';
import { startEventSource } from '../../chaos/models/event-source.ts';
import type { Environment, Invocation } from '../../chaos/models/lambda/environment.ts';
import { createLambda } from '../../chaos/models/lambda.ts';
import { createBucket } from '../../chaos/models/s3.ts';
import { createSecrets } from '../../chaos/models/secrets.ts';
import { createFifoQueue } from '../../chaos/models/sqs.ts';
import { createSurroundings } from '../../chaos/models/surroundings.ts';
import { createChance } from '../../chaos/random.ts';
import { createMishaps } from '../../chaos/scenario/mishaps.ts';
import { createScheduler } from '../../chaos/scheduler.ts';
import { createCallbackStore } from '../../functions/adapters/ledger/callbacks.ts';
import { createDeliveryLog } from '../../functions/adapters/ledger/deliveries.ts';
import { createCallbackDeliveryHandler } from '../../functions/callback-delivery/handler.ts';
import { composeCallbackDelivery } from '../../functions/composition/callback-delivery.ts';
import { CALLBACK_EVENTS, type Callback } from '../../functions/core/callback/callback.ts';
import { callbackGroupOf, encodeCallbackMessage } from '../../functions/core/callback/callback-message.ts';
import { type CallbackMessage, messageIdOf } from '../../functions/core/callback/delivery.ts';
import type { PostResult } from '../../functions/core/callback/delivery-policy.ts';
import type { Post } from '../../functions/core/callback/ports.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-11-22T10:00:00Z');
const LIFETIME = 13 * DAY + 11 * HOUR;
const LIMITS = { deadline: Number.POSITIVE_INFINITY, signal: new AbortController().signal };

type Reply = 'takes' | 'fails' | 'asks' | 'silent' | 'lies';

/** What a partner's receiver does so long after the beginning. `lies`: it takes the callback, and answers 500. */
const RECEIVERS: Readonly<Record<string, (ms: number, subject: string, luck: number) => Reply>> = {
  good: () => 'takes',
  shaky: (_ms, _subject, luck) => (luck < 0.3 ? 'fails' : luck < 0.4 ? 'lies' : luck < 0.45 ? 'asks' : 'takes'),
  comes_back: (ms) => (ms < 3 * HOUR ? 'silent' : 'takes'),
  hates_one: (_ms, subject) => (subject === 'image-0' ? 'fails' : 'takes'),
  repaired_after_days: (ms) => (ms < 3 * DAY ? 'fails' : 'takes'),
  dead: () => 'silent',
};
const PARTNERS = Object.keys(RECEIVERS);
/** When a person has repaired the receiver, and sends a test that succeeds. */
const TESTED_AT = 3 * DAY + HOUR;

interface Seen {
  readonly at: number;
  readonly id: string;
  readonly reply: Reply;
}

interface Circumstances {
  /** The share of invocations, and of calls of AWS, that meet with something. */
  readonly mishaps: number;
  readonly faults: number;
  /** How many images the partner with the dead receiver has at the beginning. */
  readonly crowd?: number;
  /** How long it is looked at; until all is over without it. */
  readonly forMs?: number;
}

/** The function as it is composed, in virtual time, on the models of Lambda, SQS and DynamoDB. */
async function simulate(seed: string, { mishaps, faults, crowd = 0, forMs = 16 * DAY }: Circumstances) {
  const scheduler = createScheduler(START);
  const journal = createJournal(scheduler.now);
  const chance = createChance(seed);
  const base = { scheduler, journal, chance, faults: createFaultSchedule([], chance.fork('faults'), faults) };
  const queue = { visibilityTimeoutMs: 6 * MINUTE, retentionMs: 14 * DAY };
  const deadLetters = createFifoQueue({ ...queue, name: 'dead.fifo' });
  const callbacks = createFifoQueue({
    ...queue,
    name: 'callbacks.fifo',
    order: chance.fork('groups').shuffled,
    redrive: { maxReceiveCount: 1000, deadLetters },
  });
  const results = createFifoQueue({ ...queue, name: 'results.fifo' });
  const events: string[] = [];
  const heard = {
    ...results,
    send: (...given: Parameters<typeof results.send>) => {
      events.push(given[0].deduplicationId);
      return results.send(...given);
    },
  };
  let ring = () => {};
  const rung = {
    ...callbacks,
    changeVisibility: (...given: Parameters<typeof callbacks.changeVisibility>) => {
      callbacks.changeVisibility(...given);
      ring();
    },
  };
  const secrets = createSecrets();
  secrets.put('keys', JSON.stringify({ first: 'k'.repeat(64) }));
  const indexes = { 'by-owner': { partition: 'owner', sort: 'accepted_at', shows: ['expires_at'] } };
  const table = createTable({ name: 'ledger', key: 'id', indexes });
  const services = createServices({
    ...base,
    queues: [rung, deadLetters, heard],
    table,
    secrets,
    bucket: createBucket({ name: 'none', onPut: () => undefined }),
    bus: createEventBus(() => undefined),
    inTheNameOf: (_invocation, act) => act(),
  });
  const seen: Seen[] = [];

  const postOf =
    (environment: Environment): Post =>
    (url, { body }) => {
      const { promise, resolve } = Promise.withResolvers<PostResult>();
      const step = environment.isDead() ? undefined : environment.beginStep('a callback');
      if (step === undefined) return promise;
      const { id, subject } = JSON.parse(body);
      const reply = RECEIVERS[new URL(url).hostname.split('.')[0] ?? '']?.(
        scheduler.now() - START,
        subject,
        chance.next(),
      );
      const durationMs = reply === 'silent' ? 15_000 : chance.whole(10, 800);
      scheduler.after(durationMs / 2, () => {
        seen.push({ at: scheduler.now(), id, reply: reply ?? 'silent' });
        step.tookEffect();
      });
      scheduler.after(durationMs, () => environment.deliver(() => resolve(answerOf(reply, durationMs))));
      return promise;
    };
  const boot = (environment: Environment) => {
    const aws = createAws(environment, { ...base, services });
    const runtime = { ...clientsOver(aws), ...createSurroundings(environment, base) };
    const variables = {
      STAGE: 'chaos',
      LOG_LEVEL: 'error',
      LEDGER_TABLE: 'ledger',
      CALLBACK_KEYS_SECRET_ID: 'keys',
      CALLBACK_RECEIVERS: 'public',
      CALLBACKS_QUEUE_URL: 'https://sqs/callbacks.fifo',
      RESULTS_QUEUE_URL: 'https://sqs/results.fifo',
      CALLBACK_LIFETIME_SECONDS: LIFETIME / SECOND,
      FREE_RECEIVES: 300,
      SLOWED_WAIT_SECONDS: 1800,
    } as const;
    return createCallbackDeliveryHandler(composeCallbackDelivery(variables, runtime, postOf(environment)));
  };
  let invocations = 0;
  const worker = createLambda({
    ...base,
    name: 'callback-delivery',
    timeoutMs: MINUTE,
    boot,
    mishapOf: createMishaps('callback-delivery', mishaps, chance.fork('mishaps'), createSingleFaults()),
    nextInvocation: () => ++invocations,
  });
  const source = { ...base, chance: chance.fork('source'), batchSize: 10, concurrency: 5, senderOf: () => 'service' };
  ({ ring } = startEventSource({ ...source, queue: callbacks, worker }));

  // A person, whom no fault meets.
  const send = (async (command: { readonly input: object }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const operation: Operation = { service: 'dynamo', name, input: command.input };
    return services.carryOut(operation, {} as Invocation)();
  }) as never;
  const person = { send, table: 'ledger', clock: { now: scheduler.now } as never };
  const store = createCallbackStore(person);
  for (const partner of PARTNERS) {
    await store.begin(partner, { keyId: 'first', salt: partner, createdAt: START }, LIMITS);
    await store.aim(partner, { url: `https://${partner}.example/`, events: CALLBACK_EVENTS }, LIMITS);
  }
  scheduler.after(TESTED_AT, async () => {
    const { target } = (await store.find('repaired_after_days', LIMITS)) as Callback;
    if (target !== undefined) await store.working('repaired_after_days', target, 'pause', LIMITS);
  });

  const messages: CallbackMessage[] = [];
  const add = (partner: string, event: string, subject: string, at: number) => {
    const eventId = `${partner}:${event}`;
    const payload = JSON.stringify({ id: eventId, subject });
    const id = messageIdOf(partner, eventId);
    messages.push({ id, partner, eventId, type: 'image.processed', subject, at, payload });
  };
  for (const partner of PARTNERS) {
    for (let event = 0; event < 12; event += 1) {
      add(partner, String(event), `image-${event % 3}`, START + event * chance.whole(1, 40) * MINUTE);
    }
  }
  for (let image = 0; image < crowd; image += 1) add('dead', `crowd-${image}`, `crowd-${image}`, START);
  messages.sort((one, other) => one.at - other.at);
  for (const message of messages) {
    const sent = {
      groupId: callbackGroupOf(message),
      deduplicationId: message.id,
      body: encodeCallbackMessage(message),
    };
    scheduler.after(message.at - START, () => {
      callbacks.send(sent, scheduler.now());
      ring();
    });
  }
  const cameToRest = await scheduler.run(START + forMs);
  worker.dispose();
  const log = createDeliveryLog({ ...person, clock: { now: () => START } as never });
  const deliveries = await Promise.all(
    messages.map(async (message) => [message, await log.find(message.id, LIMITS)] as const),
  );
  return { deliveries, seen, events, cameToRest, deadLetters: deadLetters.counts(scheduler.now()) };
}

function answerOf(reply: Reply | undefined, durationMs: number): PostResult {
  if (reply === undefined || reply === 'silent') return { kind: 'not_answered', durationMs, error: 'no answer' };
  const status = { takes: 204, fails: 500, lies: 500, asks: 429 }[reply];
  return { kind: 'answered', durationMs, status, text: '', ...(reply === 'asks' && { retryAfterMs: MINUTE }) };
}

type Simulated = Awaited<ReturnType<typeof simulate>>;
const of = ({ deliveries }: Simulated, partner: string) =>
  deliveries.filter(([message]) => message.partner === partner);
const statesOf = (run: Simulated, partner: string) => new Set(of(run, partner).map(([, delivery]) => delivery?.state));

/** The times at which a receiver took a callback. */
const takenAt = ({ seen }: Simulated, { eventId }: CallbackMessage) =>
  seen.filter(({ id, reply }) => id === eventId && reply === 'takes').map(({ at }) => at);

const delaysOf = (run: Simulated, partner: string) =>
  of(run, partner).map(([message]) => (takenAt(run, message)[0] ?? Number.POSITIVE_INFINITY) - message.at);

function checkEnds(run: Simulated): void {
  expect([run.cameToRest, run.deadLetters]).toEqual([true, { visible: 0, hidden: 0 }]);
  for (const [message, delivery] of run.deliveries) {
    // Told, or visibly given up; never neither, and never one for the other.
    expect(delivery?.state, message.eventId).toMatch(/^(delivered|given_up)$/);
    if (delivery?.state === 'delivered') expect(takenAt(run, message), message.eventId).not.toEqual([]);
  }
}

/** Nothing is sent before what is before it, of the same image, was taken or given up. */
function checkOrder(run: Simulated): void {
  const groups = Map.groupBy(run.deliveries, ([{ partner, subject }]) => `${partner} ${subject}`);
  for (const group of groups.values()) {
    for (const [index, [message]] of group.entries()) {
      const first = run.seen.find(({ id }) => id === message.eventId)?.at ?? Number.POSITIVE_INFINITY;
      for (const [before, delivery] of group.slice(0, index)) {
        const [taken = Number.POSITIVE_INFINITY] = takenAt(run, before);
        const isOver = delivery?.state === 'given_up' || taken <= first;
        expect(isOver, `${message.eventId} after ${before.eventId}`).toBe(true);
      }
    }
  }
}

describe('callbacks in the simulator', () => {
  it.each(['one', 'two', 'three'])(
    'with crashes and outages of AWS, all end and keep their order: seed %s',
    async (seed) => {
      const run = await simulate(seed, { mishaps: 0.05, faults: 0.02 });
      checkEnds(run);
      checkOrder(run);
      expect(statesOf(run, 'good')).toEqual(new Set(['delivered']));
      expect(statesOf(run, 'comes_back')).toEqual(new Set(['delivered']));
      expect(statesOf(run, 'dead')).toEqual(new Set(['given_up']));
    },
  );

  it('a dead receiver holds up nobody else, however many images it has', async () => {
    const run = await simulate('crowd', { mishaps: 0, faults: 0, crowd: 200, forMs: 10 * MINUTE });
    // The others share a batch, at the beginning, with what is waited for in vain.
    expect(Math.max(...delaysOf(run, 'good').filter(Number.isFinite))).toBeLessThan(30 * SECOND);
    expect(delaysOf(run, 'good').filter(Number.isFinite)).not.toEqual([]);
  });

  it('in calm, each gets what its receiver allows', async () => {
    const run = await simulate('calm', { mishaps: 0, faults: 0 });
    checkEnds(run);
    checkOrder(run);
    const hated = of(run, 'hates_one').map(([{ subject }, delivery]) => [subject, delivery?.state]);
    expect(new Set(hated.map(String))).toEqual(new Set(['image-0,given_up', 'image-1,delivered', 'image-2,delivered']));
    // Of the one that fails with a single image, nothing else was sent for a day.
    expect(run.events.map((id) => id.split('.')[0]).toSorted()).toEqual(
      ['dead', 'hates_one', 'repaired_after_days'].map((partner) => `callback:${partner}`),
    );
  });

  it('a pause sends nothing until a test succeeds, and then everything that was not given up before', async () => {
    const run = await simulate('pause', { mishaps: 0, faults: 0 });
    const ids = new Set(of(run, 'repaired_after_days').map(([{ eventId }]) => eventId));
    const calls = run.seen.filter(({ id }) => ids.has(id)).map(({ at }) => at - START);
    // It fails for a day before it is paused; the last attempt before may be ten hours later.
    expect(calls.filter((ms) => ms > DAY + 12 * HOUR && ms < TESTED_AT)).toEqual([]);
    const waited = of(run, 'repaired_after_days').filter(([, delivery]) => delivery?.state === 'delivered');
    expect(waited.length).toBeGreaterThan(6);
    for (const [message] of waited) expect(takenAt(run, message)[0]).toBeLessThan(START + TESTED_AT + 12 * HOUR);
  });
});
