/** One request that was handed to the service. Each has a number of its own, which its preferences carry as `n`. */
export interface SentRequest {
  readonly n: number;
  readonly imageId: string;
}

/** An outcome, as it came onto the results queue. */
export interface SeenOutcome {
  readonly id: string;
  readonly n: number;
  readonly hasFailed: boolean;
}

/** A call that the endpoint carried out. */
export interface CarriedOut {
  readonly n: number;
  readonly imageId: string;
  /** The service never got the response. */
  readonly isLost: boolean;
}

export interface SeenBatch {
  readonly batchId: string;
  readonly total: number;
  readonly finished: number;
}

export interface SoakRecord {
  readonly sent: readonly SentRequest[];
  readonly outcomes: readonly SeenOutcome[];
  /** In the order in which they were carried out. */
  readonly carriedOut: readonly CarriedOut[];
  readonly batches: readonly string[];
  /** As `batch.finished` tells of them. */
  readonly finishedBatches: readonly SeenBatch[];
  /** Worker's processes that were killed at work. */
  readonly workerKills: number;
}

/** A worker has so many requests at once: a kill may leave the response of each unread. */
const BATCH_SIZE = 10;

/**
 * What the service promises (docs/reliability.md), counted from what went in and what came out alone.
 * @returns for each promise what breaks it; empty where it is kept
 */
export function accountFor(record: SoakRecord): Readonly<Record<string, readonly string[]>> {
  const { sent, outcomes, carriedOut, batches, finishedBatches, workerKills } = record;
  const outcomesOf = Map.groupBy(new Map(outcomes.map((outcome) => [outcome.id, outcome])).values(), ({ n }) => n);
  const callsOf = Map.groupBy(carriedOut, ({ n }) => n);
  const repeats = carriedOut.length - callsOf.size;
  const explained = carriedOut.filter(({ isLost }) => isLost).length + workerKills * BATCH_SIZE;
  const endsOf = Map.groupBy(finishedBatches, ({ batchId }) => batchId);
  return {
    'a request without an outcome': sent.flatMap(({ n }) => (outcomesOf.has(n) ? [] : [`request ${n}`])),
    'a request with two outcomes': [...outcomesOf].flatMap(([n, seen]) => (seen.length > 1 ? [`request ${n}`] : [])),
    'a request that failed, though every fault passes': outcomes.flatMap(({ n, hasFailed }) =>
      hasFailed ? [`request ${n}`] : [],
    ),
    'a request that was never carried out': sent.flatMap(({ n }) => (callsOf.has(n) ? [] : [`request ${n}`])),
    'an image whose requests were carried out in another order': imagesOutOfOrder(sent, carriedOut),
    'calls that were repeated without a reason':
      repeats > explained ? [`${repeats} repeats, ${explained} reasons`] : [],
    'a batch that has not finished once, with all its lines': batches.flatMap((batchId) => {
      const [end, ...more] = endsOf.get(batchId) ?? [];
      return end !== undefined && more.length === 0 && end.finished === end.total ? [] : [batchId];
    }),
  };
}

/** By the first time that each request was carried out, and no repeat after a later one. */
function imagesOutOfOrder(sent: readonly SentRequest[], carriedOut: readonly CarriedOut[]): readonly string[] {
  const calls = Map.groupBy(carriedOut, ({ imageId }) => imageId);
  return [...Map.groupBy(sent, ({ imageId }) => imageId)].flatMap(([imageId, requests]) => {
    const order = (calls.get(imageId) ?? []).map(({ n }) => n);
    const wanted = requests.map(({ n }) => n).filter((n) => order.includes(n));
    const isSorted = order.every(
      (n, index) => index === 0 || wanted.indexOf(n) >= wanted.indexOf(order[index - 1] ?? n),
    );
    return isSorted ? [] : [`${imageId}: ${order.join(' ')}`];
  });
}
