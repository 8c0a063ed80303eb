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

/** Decides when a received message is seen again. Where that fails, it is seen when the queue's own visibility timeout ends. */
export function createMessageVisibility({ send, queueUrl, log }: MessageVisibilityParts): MessageVisibility {
  return {
    async hide(receiptHandle, ms, { signal }) {
      const VisibilityTimeout = Math.min(MAX_SECONDS, Math.max(0, Math.ceil(ms / 1000)));
      const input = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout };
      try {
        await send(new ChangeMessageVisibilityCommand(input), { abortSignal: signal });
      } catch (error) {
        log.warn('a message keeps its visibility timeout, since it could not be changed', loggedError(error));
      }
    },
  };
}
