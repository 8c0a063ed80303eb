import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { RequestItem } from '../../../../client/src/contract.ts';
import { createLedger } from '../../../../functions/adapters/ledger/ledger.ts';
import { createRequestLists } from '../../../../functions/adapters/ledger/requests/request-lists.ts';
import { createRequestBatches } from '../../../../functions/adapters/queues/request-batches.ts';
import { createRequestQueue } from '../../../../functions/adapters/queues/request-queue.ts';
import { systemClock } from '../../../../functions/adapters/system-clock.ts';
import { encodeItem } from '../../../../functions/core/request/encode-request.ts';
import { queueName } from '../../../../infra/names.ts';
import { CommandError } from '../../command-error.ts';
import type { Context } from '../../context.ts';
import type { FailedRequests } from '../../dead/failed-requests.ts';
import { EXIT } from '../../exit-code.ts';
import { findLedger } from '../find-ledger.ts';
import { placeOf, settingsFor } from '../place.ts';
import { createListFailed } from './list-failed.ts';
import { createNewerRequests } from './newer-requests.ts';
import { createResubmit } from './resubmit.ts';

const STEP_MS = 10_000;

/** The failed requests of a stage: in AWS, with the caller's own rights, or on this machine. @throws CommandError */
export async function failedRequests({ options, signal }: Context, tableName?: string): Promise<FailedRequests> {
  const place = placeOf(options);
  const { stage } = place;
  const dynamo = new DynamoDBClient(settingsFor(place, 'dynamodb'));
  // A local server gives its queues addresses that do not resolve.
  const sqs = new SQSClient({ ...settingsFor(place, 'sqs'), useQueueUrlAsEndpoint: false });
  const send = dynamo.send.bind(dynamo);
  const table = tableName ?? (await findLedger(stage, send));
  const { now } = systemClock;
  const limits = () => ({ deadline: now() + STEP_MS, signal: AbortSignal.timeout(STEP_MS) });
  const parts = { send, table, clock: systemClock };
  const ledger = createLedger({ ...parts, randomId: randomUUID });

  async function requestQueue() {
    const QueueName = `${queueName(stage, 'requests')}.fifo`;
    const { QueueUrl: queueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const requests = { send: sqs.send.bind(sqs), queueUrl };
    return { queue: createRequestQueue(requests), depth: () => createRequestBatches(requests).depth(limits()) };
  }

  return {
    list: createListFailed({ place, lists: createRequestLists(parts), limits }),
    async get(id) {
      const item = await ledger.find(id, limits());
      if (item !== undefined) return encodeItem(item) as RequestItem;
      throw new CommandError(
        'not_found',
        EXIT.failed,
        `the ledger of ${stage} has no request ${id}: it forgets after 14 days`,
      );
    },
    async *resubmit(lines, choices) {
      const { queue, depth: queueDepth } = await requestQueue();
      const newerRequests = createNewerRequests({ send, table, now });
      const steps = { ledger, newerRequests, queue, queueDepth, now, limits, signal };
      yield* createResubmit({ stage, ...steps, ...choices })(lines);
    },
    close() {
      dynamo.destroy();
      sqs.destroy();
    },
  };
}
