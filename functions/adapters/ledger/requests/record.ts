import { DependencyUnavailable } from '../../../core/errors.ts';
import type { Outcome } from '../../../core/outcome/outcome.ts';
import type { Ledger, Limits } from '../../../core/ports.ts';
import type { ReprocessRequest } from '../../../core/request/reprocess-request.ts';
import { endedItem } from '../ledger-item.ts';
import type { Table } from '../table.ts';
import { recordUpdate } from '../updates.ts';

/** Writes an outcome if there is none: the first one is kept. */
export function createRecord(
  { write: update, find, putIfAbsent, newItem, times }: Table,
  firstLookMs: number,
): Ledger['record'] {
  async function write(request: ReprocessRequest, outcome: Outcome, limits: Limits): Promise<Outcome> {
    if (await update(recordUpdate(request, outcome, firstLookMs, times(request.batch?.batchId)), limits))
      return outcome;
    const standing = await find(request.requestId, limits);
    if (standing?.outcome !== undefined) return standing.outcome;
    // A request that was never claimed has no item yet. The same request, sent again, must find this outcome.
    if (await putIfAbsent({ ...newItem(request), ...endedItem(outcome) }, limits)) return outcome;
    throw new DependencyUnavailable('ledger', new Error('the item changed while its outcome was written'));
  }

  return async (request, outcome, limits) => {
    try {
      return await write(request, outcome, limits);
    } catch (error) {
      // An outcome that cannot be written would lead to more and more calls. So it is written without the response.
      if (!isTooLarge(error)) throw error;
      return write(request, withoutResponse(outcome), limits);
    }
  };
}

/** DynamoDB's error for an item over 400 KB (and for other things). */
function isTooLarge(error: unknown): boolean {
  const cause = error instanceof DependencyUnavailable ? error.cause : undefined;
  return cause instanceof Error && cause.name === 'ValidationException';
}

function withoutResponse(outcome: Outcome): Outcome {
  if (outcome.kind === 'succeeded') {
    const warnings = [
      ...outcome.warnings,
      'the endpoint sent a response that is too long to store: the image is missing here',
    ];
    return { ...outcome, response: null, warnings };
  }
  const { endpoint: _, ...error } = outcome.error;
  return { ...outcome, error };
}
