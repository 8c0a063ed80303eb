import type { FactOf } from '../facts.ts';
import { LIMIT_REASON } from '../models/vendor-images.ts';

type Completed = FactOf<'completed'>;

/** docs/messages.md: "The image is known to be finished if `confirmed` is not null", and what the sweep writes is an end too. */
export const isSettled = ({ by, confirmed }: Completed): boolean => by === 'sweep' || confirmed !== null;

/** "Where the record contradicts the webhook, the record counts." */
export const hasFailed = ({ hasFailed: said, confirmed, isUnknown }: Completed): boolean =>
  isUnknown || (confirmed === false ? !said : said);

/** It failed for the daily limit alone, and may be sent again. */
export const isForLimit = (completed: Completed): boolean => hasFailed(completed) && completed.reason === LIMIT_REASON;
