import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { RequestBatches } from '../../core/batch/ports.ts';
import { DependencyUnavailable } from '../../core/errors.ts';
import { attributesOf } from './message-attributes.ts';
import { depthOf } from './queue-depth.ts';
import type { RequestQueueParts } from './request-queue.ts';

/** The queue of requests, for an entry point that sends many. */
export function createRequestBatches({ send, queueUrl }: RequestQueueParts): RequestBatches {
  return {
    async send(requests, { signal }) {
      const Entries = requests.map(({ requestId, imageId, body, traceparent }, index) => ({
        Id: String(index),
        MessageBody: body,
        MessageAttributes: attributesOf({ traceparent }),
        MessageGroupId: imageId,
        MessageDeduplicationId: requestId,
      }));
      try {
        const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
        const { Failed = [] } = await send(command, { abortSignal: signal });
        return Failed.map(({ Id }) => Number(Id));
      } catch (error) {
        throw new DependencyUnavailable('request queue', error);
      }
    },
    async depth(limits) {
      try {
        return await depthOf({ send, queueUrl }, limits);
      } catch (error) {
        throw new DependencyUnavailable('request queue', error);
      }
    },
  };
}
