import { createAwsAccount } from './aws-account.ts';
import { createBatchClients } from './batch-clients.ts';
import { createCallbackClients } from './callback-clients.ts';
import { createCheapCalls } from './cheap-calls.ts';
import { createClients } from './clients.ts';
import type { Entries } from './entries.ts';
import { createJournal, type Fact, type Journal } from './facts.ts';
import { createFaultSchedule, createSingleFaults } from './fault-schedule.ts';
import { createFunctions } from './functions.ts';
import { createEndpoint } from './models/endpoint.ts';
import { startEventSource } from './models/event-source.ts';
import type { Lambda } from './models/lambda.ts';
import { createReceivers } from './models/receivers.ts';
import type { FifoQueue, Received } from './models/sqs/fifo-queue.ts';
import { createVendorImages } from './models/vendor-images.ts';
import { createVendorOrders } from './models/vendor-orders.ts';
import { createOrderClients } from './order-clients.ts';
import { createChance } from './random.ts';
import type { KeyChange, Scenario } from './scenario.ts';
import { createScheduler } from './scheduler.ts';
import { LIMITS, NAMES } from './stage.ts';
import { createWakeUps } from './wake-ups.ts';
import { createWebhookCalls } from './webhook-calls.ts';

/** Longer than anything may take: what a run has not ended by then it never will. */
const LONGEST_MS = 16 * 24 * 60 * 60 * 1000;

/** The fewest pollers that Lambda takes. */
const DEAD_LETTERS_CONCURRENCY = 2;

/** What a receive and a deletion mean is said of requests alone. */
const NOBODYS: Journal = { facts: [], note: () => {} };

export interface Simulation {
  readonly facts: readonly Fact[];
  /** False: something was still going on when the time was over. */
  readonly cameToRest: boolean;
  /** The faults that no window planned, by name. */
  readonly happened: readonly string[];
}

/** Carries out one scenario, from the first request handed over until nothing is left to happen. */
export async function simulate(scenario: Scenario, seed: string, entries: Entries): Promise<Simulation> {
  const scheduler = createScheduler(scenario.start);
  const journal = createJournal(scheduler.now);
  const chance = createChance(`${seed}/run`);
  const singles = createSingleFaults(scenario.spared);
  const everShare = scenario.isCalm ? 0 : undefined;
  const faults = createFaultSchedule(scenario.faultWindows, chance.fork('faults'), everShare, singles);
  const base = { scheduler, journal, faults };
  const bells: (() => void)[] = [];
  const onQueueChange = () => {
    for (const ring of bells) ring();
  };
  const wakeUps = createWakeUps({ scenario, scheduler, chance: chance.fork('wake-ups') });
  const account = createAwsAccount({
    ...{ ...base, chance, onQueueChange, limits: scenario.allowances?.limits ?? {} },
    onLedgerWrite: wakeUps.onLedgerWrite,
    onEvent: wakeUps.onEvent,
  });
  const { requests, deadLetters, callbacks, secrets, bucket, services } = account;
  const webhookCalls = createWebhookCalls({ ...base, chance: chance.fork('webhook') });
  const { vendor: plan } = scenario;
  const images =
    plan && createVendorImages({ ...base, plan, notify: webhookCalls.call, chance: chance.fork('vendor') });
  const orders = createVendorOrders({ ...base, plans: scenario.orders ?? [], start: scenario.start });
  const endpoint = createEndpoint(scenario.rules, images, orders);
  const plans = scenario.callbacks ?? [];
  const receivers = createReceivers({ ...base, plans, start: scenario.start, chance: chance.fork('receivers') });
  const parts = { ...base, scenario, chance, services, endpoint, receivers, singles };
  const { start, ready, dispose } = createFunctions(parts);

  const senders = new Map(scenario.submissions.map((one) => [one.ref, one.entryPoint === 'sqs' ? one.sender : '']));
  const senderOf = (message: Received) => senders.get(message.deduplicationId) ?? 'AROAAPI:reprocess-api';

  function connect(queue: FifoQueue, worker: Lambda, concurrency: number, journalOfIt = journal): void {
    const own = {
      ...base,
      journal: journalOfIt,
      chance: chance.fork(`source of ${queue.name}`),
      batchSize: LIMITS.batchSize,
    };
    bells.push(startEventSource({ ...own, queue, worker, concurrency, senderOf }).ring);
  }

  function change({ secret, endpoint: keys }: KeyChange): void {
    if (secret !== undefined) secrets.put(NAMES.apiKey, secret);
    if (keys !== undefined) endpoint.takeKeys(...keys);
    journal.note({ kind: 'key_change', secret: secret ?? 'unchanged', endpoint: keys?.join(', ') ?? 'unchanged' });
  }

  connect(requests, start('worker', LIMITS.workerTimeout, entries.worker), LIMITS.workerConcurrency);
  connect(deadLetters, start('dead-letters', LIMITS.deadLettersTimeout, entries.deadLetters), DEAD_LETTERS_CONCURRENCY);
  const { callbackTimeout, workerConcurrency } = LIMITS;
  connect(callbacks, start('callback-delivery', callbackTimeout, entries.callbackDelivery), workerConcurrency, NOBODYS);
  const api = start('api', LIMITS.apiTimeout, entries.api);
  wakeUps.connect({
    feeder: start('feeder', LIMITS.feederTimeout, entries.feeder),
    uploadTrigger: start('upload-trigger', LIMITS.uploadTimeout, entries.uploadTrigger),
    sweep: start('sweep', LIMITS.sweepTimeout, entries.sweep),
  });
  webhookCalls.connect(start('webhook', LIMITS.webhookTimeout, entries.webhook));
  const batchApi = start('batch-api', LIMITS.apiTimeout, entries.batchApi);

  const handOver = createClients({ ...base, requests, deadLetters, api, chance: chance.fork('clients') });
  const handOverBatch = createBatchClients({ ...base, batchApi, bucket, chance: chance.fork('batch clients') });
  for (const keyChange of scenario.keyChanges) scheduler.after(keyChange.at, () => change(keyChange));
  for (const submission of scenario.submissions) scheduler.after(submission.at, () => handOver(submission));
  const orderApi = start('order-api', LIMITS.apiTimeout, entries.orderApi);
  const reprocessOrder = createOrderClients({ ...base, orderApi, chance: chance.fork('order clients') });
  for (const order of scenario.orders ?? []) scheduler.after(order.at, () => reprocessOrder(order));
  const callbackApi = start('callback-api', LIMITS.apiTimeout, entries.callbackApi);
  const callBack = createCallbackClients({ ...base, callbackApi, chance: chance.fork('callback clients') });
  for (const plan of plans) callBack(plan);
  const callCheaply = createCheapCalls({ journal, api, batchApi });
  for (const call of scenario.allowances?.calls ?? []) scheduler.after(call.at, () => callCheaply(call));
  for (const batch of scenario.batches) scheduler.after(batch.at, () => handOverBatch(batch));
  await ready();
  const cameToRest = await scheduler.run(scenario.start + LONGEST_MS);
  dispose();
  return { facts: journal.facts, cameToRest, happened: singles.happened };
}
