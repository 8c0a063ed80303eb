import { createAwsAccount } from './aws-account.ts';
import { createClients } from './clients.ts';
import type { Entries, Entry } from './entries.ts';
import { createJournal, type Fact } from './facts.ts';
import { createFaultSchedule } from './fault-schedule.ts';
import { sdkClientsOver, warmUpSdk } from './models/aws/sdk-clients.ts';
import { clientsOver, createAws } from './models/aws.ts';
import { createEndpoint } from './models/endpoint.ts';
import { startEventSource } from './models/event-source.ts';
import type { Environment } from './models/lambda/environment.ts';
import { createLambda, type Lambda } from './models/lambda.ts';
import { createTransport } from './models/network.ts';
import type { FifoQueue, Received } from './models/sqs/fifo-queue.ts';
import { createSurroundings } from './models/surroundings.ts';
import { createChance } from './random.ts';
import { createMishaps } from './scenario/mishaps.ts';
import type { KeyChange, Scenario } from './scenario.ts';
import { createScheduler } from './scheduler.ts';
import { LIMITS, NAMES } from './stage.ts';

/** Longer than anything may take: what a run has not ended by then it never will. */
const LONGEST_MS = 16 * 24 * 60 * 60 * 1000;

/** The fewest pollers that Lambda takes. */
const DEAD_LETTERS_CONCURRENCY = 2;

export interface Simulation {
  readonly facts: readonly Fact[];
  /** False: something was still going on when the time was over. */
  readonly cameToRest: boolean;
}

/** Carries out one scenario, from the first request handed over until nothing is left to happen. */
export async function simulate(scenario: Scenario, seed: string, entries: Entries): Promise<Simulation> {
  const scheduler = createScheduler(scenario.start);
  const journal = createJournal(scheduler.now);
  const chance = createChance(`${seed}/run`);
  const faults = createFaultSchedule(scenario.faultWindows, chance.fork('faults'), scenario.isCalm ? 0 : undefined);
  const base = { scheduler, journal, faults };
  const bells: (() => void)[] = [];
  const onQueueChange = () => {
    for (const ring of bells) ring();
  };
  const { requests, deadLetters, secrets, services } = createAwsAccount({ ...base, chance, onQueueChange });
  const endpoint = createEndpoint(scenario.rules);
  const nextInvocation = counter();
  const nextCall = counter();

  function lambda(name: string, timeoutMs: number, entry: Entry): Lambda {
    const own = { ...base, chance: chance.fork(name) };
    const clients = scenario.overSdk ? sdkClientsOver : clientsOver;
    const boot = (environment: Environment) => {
      const aws = createAws(environment, { ...own, services });
      const runtime = { ...clients(aws), ...createSurroundings(environment, own) };
      return entry(runtime, createTransport(environment, { ...own, endpoint, nextCall }), {
        FREE_RECEIVES: scenario.freeReceives,
        ...limited(scenario),
      });
    };
    const mishapOf = createMishaps(scenario.mishapShare, own.chance.fork('mishaps'));
    return createLambda({ ...own, name, timeoutMs, boot, mishapOf, nextInvocation });
  }

  const senders = new Map(scenario.submissions.map((one) => [one.ref, one.entryPoint === 'sqs' ? one.sender : '']));
  const senderOf = (message: Received) => senders.get(message.deduplicationId) ?? 'AROAAPI:reprocess-api';

  function connect(queue: FifoQueue, worker: Lambda, concurrency: number): void {
    const own = { ...base, chance: chance.fork(`source of ${queue.name}`), batchSize: LIMITS.batchSize };
    bells.push(startEventSource({ ...own, queue, worker, concurrency, senderOf }).ring);
  }

  function change({ secret, endpoint: keys }: KeyChange): void {
    if (secret !== undefined) secrets.put(NAMES.apiKey, secret);
    if (keys !== undefined) endpoint.takeKeys(...keys);
    journal.note({ kind: 'key_change', secret: secret ?? 'unchanged', endpoint: keys?.join(', ') ?? 'unchanged' });
  }

  const worker = lambda('worker', LIMITS.workerTimeout, entries.worker);
  connect(requests, worker, LIMITS.workerConcurrency);
  const deadLettersFunction = lambda('dead-letters', LIMITS.deadLettersTimeout, entries.deadLetters);
  connect(deadLetters, deadLettersFunction, DEAD_LETTERS_CONCURRENCY);
  const api = lambda('api', LIMITS.apiTimeout, entries.api);
  const handOver = createClients({ ...base, requests, deadLetters, api, chance: chance.fork('clients') });
  for (const keyChange of scenario.keyChanges) scheduler.after(keyChange.at, () => change(keyChange));
  for (const submission of scenario.submissions) scheduler.after(submission.at, () => handOver(submission));
  if (scenario.overSdk) await warmUpSdk();
  const cameToRest = await scheduler.run(scenario.start + LONGEST_MS);
  for (const { dispose } of [worker, deadLettersFunction, api]) dispose();
  return { facts: journal.facts, cameToRest };
}

function limited({ limit }: Scenario) {
  return limit && { DAILY_LIMIT: limit.calls, DAILY_RESET: { everyMs: limit.everyMs } };
}

function counter(): () => number {
  let last = 0;
  return () => {
    last += 1;
    return last;
  };
}
