import { createHash } from 'node:crypto';
import type { Journal } from './facts.ts';
import { createServices, type Services } from './models/aws/services.ts';
import type { Invocation } from './models/lambda/environment.ts';
import { createSecrets, type Secrets } from './models/secrets.ts';
import type { FifoQueue } from './models/sqs/fifo-queue.ts';
import { createFifoQueue } from './models/sqs.ts';
import { type Actor, createLedgerTable, observeRequests, observeResults } from './observers.ts';
import type { Chance } from './random.ts';
import { PARTNER } from './scenario/submission.ts';
import type { Scheduler } from './scheduler.ts';
import { LIMITS, NAMES } from './stage.ts';

/** The queues, the table and the secrets of the simulated stage, each of which notes in the journal what it does. */
export interface AwsAccount {
  readonly requests: FifoQueue;
  readonly deadLetters: FifoQueue;
  readonly secrets: Secrets;
  readonly services: Services;
}

export interface AwsAccountParts {
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
  /** Called when one of the queues that functions read may have something new to hand out. */
  readonly onQueueChange: () => void;
}

export function createAwsAccount({ scheduler, journal, chance, onQueueChange }: AwsAccountParts): AwsAccount {
  const actor: Actor = { current: undefined };
  const queues = createQueues(chance);
  const observe = (queue: FifoQueue) => observeRequests(queue, journal, actor, onQueueChange);
  const deadLetters = observe(queues.deadLetters);
  const requests = observe(queues.requests(deadLetters));
  const results = observeResults(queues.results, journal);
  const secrets = createSecrets();
  secrets.put(NAMES.partnerKeys, JSON.stringify({ [PARTNER.name]: { keys: [{ sha256: sha256(PARTNER.key) }] } }));

  function inTheNameOf<Outcome>(invocation: Invocation, act: () => Outcome): Outcome {
    actor.current = invocation;
    try {
      return act();
    } finally {
      actor.current = undefined;
    }
  }

  const services = createServices({
    queues: [requests, deadLetters, results],
    table: createLedgerTable(journal, actor),
    secrets,
    scheduler,
    journal,
    inTheNameOf,
  });
  return { requests, deadLetters, secrets, services };
}

function createQueues(chance: Chance) {
  const { retention: retentionMs, visibility: visibilityTimeoutMs, deadLettersVisibility, maxReceiveCount } = LIMITS;
  const queue = { visibilityTimeoutMs, retentionMs, order: chance.fork('groups').shuffled };
  return {
    results: createFifoQueue({ ...queue, name: NAMES.results }),
    deadLetters: createFifoQueue({ ...queue, name: NAMES.deadLetters, visibilityTimeoutMs: deadLettersVisibility }),
    requests: (deadLetters: FifoQueue) =>
      createFifoQueue({ ...queue, name: NAMES.requests, redrive: { maxReceiveCount, deadLetters } }),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
