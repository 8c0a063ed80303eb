import { randomUUID } from 'node:crypto';
import type { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { createBudgetStore } from '../../../functions/adapters/ledger/account/budget.ts';
import { createPauseStore } from '../../../functions/adapters/ledger/account/pause.ts';
import { createLedger } from '../../../functions/adapters/ledger/ledger.ts';
import { createAccountCalls } from '../../../functions/core/budget/account-calls.ts';
import { type BudgetSettings, createWindows } from '../../../functions/core/budget/budget-policy.ts';
import { createOutcomePublisher } from '../../../functions/core/outcome/record-and-publish.ts';
import type { Images } from '../../../functions/core/ports.ts';
import { createCallPermits } from '../../../functions/core/processing/call-permits.ts';
import { createReprocessImage } from '../../../functions/core/processing/reprocess-image.ts';
import { retryPolicy } from '../../../functions/core/processing/retry-policy.ts';
import { createWorkerHandler } from '../../../functions/reprocess-worker/handler.ts';
import { listeningLogger, listeningMetrics, type standingClock } from '../../support/fixtures.ts';
import type { startLedgerTable } from '../../support/ledger-table.ts';
import { lambdaContext, sqsEvent, uncut } from '../../support/sqs-event.ts';

interface LimitedWorker {
  readonly database: Awaited<ReturnType<typeof startLedgerTable>>;
  readonly clock: ReturnType<typeof standingClock>;
  readonly settings: BudgetSettings;
  readonly call?: Images['process'];
}

/** A worker in a container of its own, over the real ledger. @returns what it called, hid and wrote about the budget */
export function startLimitedWorker({ database, clock, settings, call }: LimitedWorker) {
  const [called, hidden, written]: [string[], number[], string[]] = [[], [], []];
  const [log, metrics, random, randomId] = [listeningLogger(), listeningMetrics(), () => 0, randomUUID];
  const send = ((command: UpdateItemCommand) => {
    const key = command.input.Key?.id?.S ?? '';
    if (command.constructor.name === 'UpdateItemCommand' && /^(budget:|pause)/.test(key)) {
      written.push(command.input.UpdateExpression?.includes('used - ') ? 'give back' : key);
    }
    return database.client.send(command);
  }) as typeof database.client.send;
  const client = { send, table: database.table, clock, randomId };
  const permits = createCallPermits({ clock, callsPerSecond: 1000, onOpen: () => {} });
  const pauses = createPauseStore(client);
  const calls = createAccountCalls({
    ...{ permits, settings, pauses, clock, random, randomId, log, metrics },
    currentWindow: createWindows(settings.reset),
    budgets: createBudgetStore(client),
  });
  const outcomes = { publish: async () => {}, join: () => () => undefined };
  const ledger = createLedger(client);
  const images: Images = {
    async process(imageId, ...rest) {
      called.push(imageId);
      return call === undefined ? { response: '{}', warnings: [] } : call(imageId, ...rest);
    },
  };
  const reprocessImage = createReprocessImage({
    ...{ images, permits, calls, ledger, clock, random, log, metrics },
    publisher: createOutcomePublisher({ ledger, outcomes, clock, log, metrics }),
    policy: retryPolicy({ retryForMs: 6 * 3_600_000, lostResponseWaitMs: 30_000 }),
    lifetimeMs: 13 * 86_400_000,
  });
  const handler = createWorkerHandler({
    ...{ reprocessImage, calls, outcomes, metrics, clock },
    visibility: { hide: async (_receipt: string, ms: number) => void hidden.push(ms) },
    receiveBudget: { freeReceives: 300, slowedWaitMs: 1_800_000 },
  });
  const run = async (...records: readonly SQSRecord[]) => {
    const { batchItemFailures } = await handler(sqsEvent(...records), lambdaContext(), uncut());
    return batchItemFailures.length;
  };
  return { run, called, hidden, written, ledger, pauses, log, metrics };
}
