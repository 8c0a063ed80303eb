import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** A CloudEvent as it stands on the results queue: an outcome, or what the webhook told. */
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
      /** The key of the upload, and the line of it. */
      readonly file?: string;
      readonly line?: number;
    };
    readonly image?: Readonly<Record<string, unknown>> | null;
    /** Of an outcome, why it failed. Of a finished image, whether Autoenhance says that it failed. */
    readonly error?: OutcomeFailure | boolean;
    readonly attempts?: number;
    /** Of a finished image: whether the endpoint says the same. */
    readonly confirmed?: boolean | null;
    readonly warnings?: readonly string[];
  };
}

export interface OutcomeFailure {
  readonly code: string;
  readonly detail: string;
  /** The endpoint's own answer. */
  readonly endpoint?: unknown;
}

/** Why a request failed, in the event that says so. */
export function failureIn({ data: { error } }: Pick<OutcomeEvent, 'data'>): OutcomeFailure | undefined {
  return typeof error === 'object' ? error : undefined;
}

/**
 * Takes the outcomes from the results queue as they come, as the one consumer that the queue is for, until the signal
 * aborts.
 */
export async function* readOutcomes(
  sqs: SQSClient,
  queueUrl: string,
  signal: AbortSignal,
): AsyncGenerator<OutcomeEvent> {
  while (!signal.aborted) {
    // A second at a time, and never aborted: what an aborted receive takes may be lost on the way.
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      yield JSON.parse(Body) as OutcomeEvent;
    }
  }
}
