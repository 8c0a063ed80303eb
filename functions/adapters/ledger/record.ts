import { DependencyUnavailable } from '../../core/errors.ts';
import type { Outcome } from '../../core/outcome/outcome.ts';
import type { Ledger, Limits } from '../../core/ports.ts';
import type { ReprocessRequest } from '../../core/request/reprocess-request.ts';
import { endedItem } from './ledger-item.ts';
import type { Table } from './table.ts';
import { recordUpdate } from './updates.ts';

/** Writes an outcome where there is none: the first one stands. */
export function createRecord({ write: update, find, putIfAbsent, newItem, times }: Table): Ledger['record'] {
  async function write(request: ReprocessRequest, outcome: Outcome, limits: Limits): Promise<Outcome> {
    if (await update(recordUpdate(request, outcome, times()), limits)) return outcome;
    const standing = await find(request.requestId, limits);
    if (standing?.outcome !== undefined) return standing.outcome;
    // A request that nobody ever claimed has no item to write to, and a repeat of it must find this outcome all the same.
    if (await putIfAbsent({ ...newItem(request), ...endedItem(outcome) }, limits)) return outcome;
    throw new DependencyUnavailable('ledger', new Error('the item changed while its outcome was written'));
  }

  return async (request, outcome, limits) => {
    try {
      return await write(request, outcome, limits);
    } catch (error) {
      // An outcome that can never be written would call the endpoint again and again: better without what it said.
      if (!isTooLarge(error)) throw error;
      return write(request, withoutAnswer(outcome), limits);
    }
  };
}

/** DynamoDB's word for an item over 400 KB, among others. */
function isTooLarge(error: unknown): boolean {
  const cause = error instanceof DependencyUnavailable ? error.cause : undefined;
  return cause instanceof Error && cause.name === 'ValidationException';
}

function withoutAnswer(outcome: Outcome): Outcome {
  if (outcome.kind === 'succeeded') {
    const warnings = [...outcome.warnings, 'the endpoint answered more than can be kept: the image is missing here'];
    return { ...outcome, response: null, warnings };
  }
  const { endpoint: _, ...error } = outcome.error;
  return { ...outcome, error };
}
