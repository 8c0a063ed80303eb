import { isoTime } from '../../../../functions/core/outcome/encode-result.ts';
import type { Ledger, LedgerSummary, Limits, RequestQueue } from '../../../../functions/core/ports.ts';
import type { ResubmitOptions, Resubmitted } from '../../dead/failed-requests.ts';
import { type FailedRequest, failedInEvent, failedInLedger, NotResubmittable } from './failed-request.ts';
import { resubmissionOf } from './resubmission.ts';

export interface ResubmitParts extends ResubmitOptions {
  readonly stage: string;
  readonly ledger: Pick<Ledger, 'find' | 'accept'>;
  readonly newerRequests: (imageId: string, acceptedAt: number) => Promise<readonly LedgerSummary[]>;
  readonly queue: RequestQueue;
  /** Messages in the queue, hidden ones too; an estimate. */
  readonly queueDepth: () => Promise<number>;
  readonly now: () => number;
  /** For one step. */
  readonly limits: () => Limits;
  /** Nothing more is sent when it aborts. */
  readonly signal: AbortSignal;
}

/** One line each: a request id, or the JSON of a reprocess.failed event. Each is told when it is sent, not at the end of all. */
export type Resubmit = (lines: readonly string[]) => AsyncIterable<Resubmitted>;

export function createResubmit(parts: ResubmitParts): Resubmit {
  const { stage, ledger, newerRequests, queue, queueDepth, now, limits, signal, force, despiteQueue, dryRun } = parts;

  async function read(line: string): Promise<FailedRequest | Resubmitted> {
    try {
      return line.startsWith('{') ? failedInEvent(line, stage) : failedInLedger(await ledger.find(line, limits()));
    } catch (error) {
      if (!(error instanceof NotResubmittable)) throw error;
      return refusal(line.slice(0, 80), error.message);
    }
  }

  /** The id under which an earlier run sent it, if the ledger knows. */
  async function idOfEarlierRun(failed: FailedRequest, since: readonly LedgerSummary[]): Promise<string | undefined> {
    const { requestId, source } = resubmissionOf(failed, 0);
    if (source !== 'sqs') {
      return since.find((other) => other.requestId === requestId && !isHalfSent(other, failed))?.requestId;
    }
    for (const other of since.filter((each) => each.source === 'sqs')) {
      const item = await ledger.find(other.requestId, limits());
      if (item?.senderRequestId === requestId) return item.requestId;
    }
    return undefined;
  }

  /** What keeps a request from being sent after what came since; `together` are sent behind it. */
  async function obstacle(
    failed: FailedRequest,
    depth: number,
    together: ReadonlySet<string>,
  ): Promise<Resubmitted | undefined> {
    const { eventId, request } = failed;
    const since = await newerRequests(request.imageId, request.acceptedAt);
    const as = await idOfEarlierRun(failed, since);
    if (as !== undefined) return { result: 'sent_before', request: eventId, as };
    const newer = since.find((other) => !together.has(other.requestId) && !isHalfSent(other, failed));
    if (newer !== undefined && !force) return refusal(eventId, newerThan(request.imageId, newer));
    if (depth > 0 && !despiteQueue) return refusal(eventId, notEmpty(depth));
    return undefined;
  }

  async function send(failed: FailedRequest): Promise<Resubmitted> {
    const request = resubmissionOf(failed, now());
    if (!dryRun) {
      // As over HTTP: the worker refuses a request of ours that the ledger does not know.
      if (request.source !== 'sqs') await ledger.accept(request, limits());
      await queue.send(request, limits());
    }
    return { result: dryRun ? 'would_be_sent' : 'sent', request: failed.eventId, as: request.requestId };
  }

  return async function* (lines) {
    const candidates: FailedRequest[] = [];
    for (const line of lines) {
      const found = await read(line);
      if ('result' in found) yield found;
      else candidates.push(found);
    }
    const inOrder = candidates.toSorted((one, other) => one.request.acceptedAt - other.request.acceptedAt);
    // One that is newer than all of these is newer than each of them: either an image's requests go together, or none.
    const together = new Set(inOrder.map(({ request }) => request.requestId));
    const depth = inOrder.length > 0 ? await queueDepth() : 0;
    for (const failed of inOrder) {
      const found = await obstacle(failed, depth, together);
      signal.throwIfAborted();
      yield found ?? (await send(failed));
    }
  };
}

/** Whether it is the same resubmission, which came as far as the ledger and maybe not into the queue. */
function isHalfSent({ requestId, state, attempts }: LedgerSummary, failed: FailedRequest): boolean {
  return state === 'accepted' && attempts === 0 && requestId === resubmissionOf(failed, 0).requestId;
}

function refusal(request: string, reason: string): Resubmitted {
  return { result: 'refused', request, reason };
}

function newerThan(imageId: string, { requestId, state, acceptedAt }: LedgerSummary): string {
  const newer = `${requestId}, accepted at ${isoTime(acceptedAt)}, ${state}`;
  return `its image ${imageId} has a newer request (${newer}); with --force the older preferences replace the newer ones`;
}

function notEmpty(depth: number): string {
  return `${depth} messages are in the request queue, of which one may be a newer request of its image that the ledger learns of only in its turn; wait until the queue is empty, or use --despite-queue`;
}
