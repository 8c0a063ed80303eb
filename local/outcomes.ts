import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** A CloudEvent in the results queue: an outcome, or an event of the webhook. */
export interface OutcomeEvent {
  readonly id: string;
  readonly type: string;
  /** The image id. */
  readonly subject: string;
  readonly time: string;
  readonly traceparent?: string;
  readonly data: {
    readonly request?: {
      readonly request_id: string;
      readonly source: string;
      readonly partner?: string;
      /** The key of the upload, and its line. */
      readonly file?: string;
      readonly line?: number;
    };
    readonly image?: Readonly<Record<string, unknown>> | null;
    /** Of an outcome: why it failed. Of a finished image: whether Autoenhance says that it failed. */
    readonly error?: OutcomeFailure | boolean;
    readonly attempts?: number;
    /** Of a finished image: whether the endpoint confirms it. */
    readonly confirmed?: boolean | null;
    readonly warnings?: readonly string[];
    /** Of a batch that has ended: the key of its file. */
    readonly file?: string;
  };
}

export interface OutcomeFailure {
  readonly code: string;
  readonly detail: string;
  /** The endpoint's response. */
  readonly endpoint?: unknown;
}

/** Why a request failed, from its event. */
export function failureIn({ data: { error } }: Pick<OutcomeEvent, 'data'>): OutcomeFailure | undefined {
  return typeof error === 'object' ? error : undefined;
}

/**
 * Receives and deletes outcomes from the results queue until the signal aborts. It must be the queue's only consumer.
 */
export async function* readOutcomes(
  sqs: SQSClient,
  queueUrl: string,
  signal: AbortSignal,
): AsyncGenerator<OutcomeEvent> {
  while (!signal.aborted) {
    // Waits only a second and is never aborted, because an aborted receive may lose messages.
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      yield JSON.parse(Body) as OutcomeEvent;
    }
  }
}
