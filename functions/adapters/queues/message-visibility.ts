import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { loggedError } from '../../core/logged-error.ts';
import type { Logger, MessageVisibility } from '../../core/ports.ts';

export interface MessageVisibilityParts {
  readonly send: SQSClient['send'];
  readonly queueUrl: string;
  readonly log: Logger;
}

/** SQS's longest visibility timeout. */
const MAX_SECONDS = 12 * 60 * 60;

/** Changes visibility timeouts. If a change fails, the message comes again after the queue's own visibility timeout. */
export function createMessageVisibility({ send, queueUrl, log }: MessageVisibilityParts): MessageVisibility {
  return {
    async hide(receiptHandle, ms, { signal }) {
      const VisibilityTimeout = Math.min(MAX_SECONDS, Math.max(0, Math.ceil(ms / 1000)));
      const input = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout };
      try {
        await send(new ChangeMessageVisibilityCommand(input), { abortSignal: signal });
      } catch (error) {
        log.warn('the visibility timeout of a message could not be changed', loggedError(error));
      }
    },
  };
}
