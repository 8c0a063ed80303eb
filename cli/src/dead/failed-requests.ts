import type { RequestItem, RequestSummary } from '../../../client/src/contract.ts';

export interface FailedFilter {
  readonly code?: string | undefined;
  /** ISO 8601. */
  readonly since?: string | undefined;
}

export interface ResubmitOptions {
  /** Sends a request also when a newer one of its image was accepted. */
  readonly force?: boolean | undefined;
  /** Sends also while the queue holds requests that the ledger may not know yet. */
  readonly despiteQueue?: boolean | undefined;
  /** Sends nothing. */
  readonly dryRun?: boolean | undefined;
}

/** What became of one that was to be sent again. */
export interface Resubmitted {
  readonly result: 'sent' | 'sent_before' | 'would_be_sent' | 'refused';
  /** The request's id, or its event's; of a line that is neither, how it begins. */
  readonly request: string;
  /** The new request, or the one that an earlier run made of it. */
  readonly as?: string;
  /** Why it is refused. */
  readonly reason?: string;
}

/** The requests that failed: by a key of the service, or by AWS credentials. */
export interface FailedRequests {
  /** Newest first. */
  list(filter: FailedFilter): AsyncIterable<RequestSummary>;
  get(requestId: string): Promise<RequestItem>;
  /** @param lines a request id each, or, by AWS credentials, the JSON of a `reprocess.failed` event */
  resubmit(lines: readonly string[], options: ResubmitOptions): AsyncIterable<Resubmitted>;
  close(): void;
}
