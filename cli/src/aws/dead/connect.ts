import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createLedger } from '../../../../functions/adapters/ledger/ledger.ts';
import { createRequestBatches } from '../../../../functions/adapters/queues/request-batches.ts';
import { createRequestQueue } from '../../../../functions/adapters/queues/request-queue.ts';
import { systemClock } from '../../../../functions/adapters/system-clock.ts';
import { queueName } from '../../../../infra/names.ts';
import { settingsFor } from '../place.ts';
import { findLedger } from './find-ledger.ts';
import { createNewerRequests } from './newer-requests.ts';
import type { ResubmitOptions } from './options.ts';
import { createResubmit, type Resubmit } from './resubmit.ts';

const STEP_MS = 10_000;

type Choices = Pick<ResubmitOptions, 'place' | 'table' | 'force' | 'despiteQueue' | 'dryRun'>;

/**
 * The command on a stage: in AWS, with the caller's own rights, or on this machine.
 * @throws LedgerNotFound
 */
export async function connect({ place, table: given, ...choices }: Choices): Promise<{
  readonly resubmit: Resubmit;
  readonly close: () => void;
}> {
  const { stage } = place;
  const dynamo = new DynamoDBClient(settingsFor(place, 'dynamodb'));
  // A local server gives its queues addresses that do not resolve.
  const sqs = new SQSClient({ ...settingsFor(place, 'sqs'), useQueueUrlAsEndpoint: false });
  const send = dynamo.send.bind(dynamo);
  const table = given ?? (await findLedger(stage, send));
  const { QueueUrl: queueUrl = '' } = await sqs.send(
    new GetQueueUrlCommand({ QueueName: `${queueName(stage, 'requests')}.fifo` }),
  );
  const requests = { send: sqs.send.bind(sqs), queueUrl };
  const { now } = systemClock;
  const limits = () => ({ deadline: now() + STEP_MS, signal: AbortSignal.timeout(STEP_MS) });
  const resubmit = createResubmit({
    ...choices,
    stage,
    ledger: createLedger({ send, table, clock: systemClock, randomId: randomUUID }),
    newerRequests: createNewerRequests({ send, table, now }),
    queue: createRequestQueue(requests),
    queueDepth: () => createRequestBatches(requests).depth(limits()),
    now,
    limits,
  });
  const close = () => {
    dynamo.destroy();
    sqs.destroy();
  };
  return { resubmit, close };
}
