import type { FactOf } from '../facts.ts';
import { LIMIT_REASON } from '../models/vendor-images.ts';
import type { CaseFile } from './case-file.ts';

type Completed = FactOf<'completed'>;

/** What was written of the end of a request's image, one after the other. */
export function completionsOf(requestId: string, file: CaseFile): readonly Completed[] {
  return file.completions.get(requestId) ?? [];
}

/** docs/messages.md: "The image is known to be finished if `confirmed` is not null", and what the sweep writes is an end too. */
export const isSettled = ({ by, confirmed }: Completed): boolean => by === 'sweep' || confirmed !== null;

/** "Where the record contradicts the webhook, the record counts." */
export const hasFailed = ({ hasFailed: said, confirmed, isUnknown }: Completed): boolean =>
  isUnknown || (confirmed === false ? !said : said);

/** It failed for the daily limit alone, and may be sent again. */
export const isForLimit = (completed: Completed): boolean => hasFailed(completed) && completed.reason === LIMIT_REASON;
