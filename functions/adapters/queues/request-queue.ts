import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { DependencyUnavailable } from '../../core/errors.ts';
import type { RequestQueue } from '../../core/ports.ts';
import { encodeRequest } from '../../core/request/request-message.ts';
import { attributesOf } from './message-attributes.ts';

export interface RequestQueueParts {
  readonly send: SQSClient['send'];
  readonly queueUrl: string;
}

/** The queue of requests. Each image has its own group, so that its requests run in the order of acceptance. */
export function createRequestQueue({ send, queueUrl }: RequestQueueParts): RequestQueue {
  return {
    async send(request, { signal }) {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: encodeRequest(request),
        MessageAttributes: attributesOf(request),
        MessageGroupId: request.imageId,
        MessageDeduplicationId: request.requestId,
      });
      try {
        await send(command, { abortSignal: signal });
      } catch (error) {
        throw new DependencyUnavailable('request queue', error);
      }
    },
  };
}
