import { hash } from 'node:crypto';
import type { Actor } from './actor.ts';
import type { Journal } from './facts.ts';
import { createServices, type Services } from './models/aws/services.ts';
import type { Item } from './models/dynamo/tokens.ts';
import { type BusEvent, createEventBus } from './models/event-bus.ts';
import type { Invocation } from './models/lambda/environment.ts';
import { type Bucket, createBucket } from './models/s3.ts';
import { createSecrets, type Secrets } from './models/secrets.ts';
import type { FifoQueue } from './models/sqs/fifo-queue.ts';
import { createFifoQueue } from './models/sqs.ts';
import { observeCallbackQueue } from './observe-callbacks.ts';
import { createLedgerTable, observeRequests, observeResults } from './observers.ts';
import type { Chance } from './random.ts';
import type { Allowance } from './scenario/allowances.ts';
import { OPERATOR, PARTNERS, WEBHOOK_TOKEN } from './scenario/submission.ts';
import type { Scheduler } from './scheduler.ts';
import { LIMITS, NAMES } from './stage.ts';

/** The queues, the table, the bucket and the secrets of the simulated stage, each of which notes in the journal what it does. */
export interface AwsAccount {
  readonly requests: FifoQueue;
  readonly deadLetters: FifoQueue;
  readonly callbacks: FifoQueue;
  readonly secrets: Secrets;
  readonly bucket: Bucket;
  readonly services: Services;
}

export interface AwsAccountParts {
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
  /** What partners' entries allow them, by their names. */
  readonly limits: Readonly<Record<string, Allowance>>;
  /** Called when one of the queues that functions read may have something new to hand out. */
  readonly onQueueChange: () => void;
  readonly onLedgerWrite: (after: Item) => void;
  /** Called for each event of the bus: those of S3 and of the functions. */
  readonly onEvent: (event: BusEvent) => void;
}

export function createAwsAccount(parts: AwsAccountParts): AwsAccount {
  const { scheduler, journal, chance, limits, onQueueChange, onLedgerWrite, onEvent } = parts;
  const actor: Actor = { current: undefined };
  const queues = createQueues(chance);
  const observe = (queue: FifoQueue) => observeRequests(queue, journal, actor, onQueueChange);
  const deadLetters = observe(queues.deadLetters);
  const requests = observe(queues.requests(deadLetters));
  const results = observeResults(queues.results, journal);
  const callbacks = observeCallbackQueue(queues.callbacks, journal, onQueueChange);
  const secrets = createSecrets();
  const keysOf = ({ key }: { readonly key: string }) => [{ sha256: sha256(key) }];
  const partners = PARTNERS.map((partner) => {
    return [partner.name, { keys: keysOf(partner), ...entryOf(limits[partner.name]) }] as const;
  });
  const operator = { [OPERATOR.name]: { keys: keysOf(OPERATOR), role: 'operator' } };
  secrets.put(NAMES.partnerKeys, JSON.stringify({ ...Object.fromEntries(partners), ...operator }));
  secrets.put(NAMES.webhookToken, WEBHOOK_TOKEN);
  secrets.put(NAMES.callbackKeys, JSON.stringify({ first: 'k'.repeat(64) }));
  const bucket = createBucket({ name: NAMES.uploads, onPut: noteObject });

  function noteObject(key: string, version: string, bytes: Uint8Array): void {
    journal.note({ kind: 'object_put', key, version, text: Buffer.from(bytes).toString() });
    // The service's own reports are not its business.
    if (key.startsWith('reports/')) return;
    const detail = { bucket: { name: NAMES.uploads }, object: { key, 'version-id': version } };
    onEvent({ source: 'aws.s3', 'detail-type': 'Object Created', detail });
  }

  function inTheNameOf<Outcome>(invocation: Invocation, act: () => Outcome): Outcome {
    actor.current = invocation;
    try {
      return act();
    } finally {
      actor.current = undefined;
    }
  }

  const services = createServices({
    queues: [requests, deadLetters, results, callbacks],
    table: createLedgerTable({
      ...{ journal, actor, now: scheduler.now, chance: chance.fork('table') },
      onWrite: onLedgerWrite,
    }),
    secrets: {
      ...secrets,
      respond(operation, input) {
        const { SecretId } = input as { readonly SecretId?: string };
        const invocation = actor.current?.id ?? 0;
        if (SecretId === NAMES.apiKey) journal.note({ kind: 'key_read', invocation });
        return secrets.respond(operation, input);
      },
    },
    bucket,
    bus: createEventBus(onEvent),
    scheduler,
    journal,
    inTheNameOf,
  });
  return { requests, deadLetters, callbacks, secrets, bucket, services };
}

/** Of the looks at a hidden message. */
const TWICE_SHARE = 0.00005;

function createQueues(chance: Chance) {
  const { retention: retentionMs, visibility: visibilityTimeoutMs, maxReceiveCount } = LIMITS;
  const { deadLettersVisibility, callbacksVisibility } = LIMITS;
  const twice = chance.fork('twice');
  const comesTwice = () => twice.yes(TWICE_SHARE);
  const queue = { visibilityTimeoutMs, retentionMs, order: chance.fork('groups').shuffled, comesTwice };
  const callbackDeadLetters = createFifoQueue({ ...queue, name: NAMES.callbackDeadLetters });
  return {
    callbacks: createFifoQueue({
      ...{ ...queue, name: NAMES.callbacks, visibilityTimeoutMs: callbacksVisibility },
      redrive: { maxReceiveCount, deadLetters: callbackDeadLetters },
    }),
    results: createFifoQueue({ ...queue, name: NAMES.results }),
    deadLetters: createFifoQueue({ ...queue, name: NAMES.deadLetters, visibilityTimeoutMs: deadLettersVisibility }),
    requests: (deadLetters: FifoQueue) =>
      createFifoQueue({ ...queue, name: NAMES.requests, redrive: { maxReceiveCount, deadLetters } }),
  };
}

/** As a partner's entry says it. */
function entryOf(allowance: Allowance | undefined) {
  if (allowance === undefined) return {};
  const { callsPerSecond, burst, batchesPerDay } = allowance;
  return { calls_per_second: callsPerSecond, burst, batches_per_day: batchesPerDay };
}

function sha256(text: string): string {
  return hash('sha256', text);
}
