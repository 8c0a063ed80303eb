import type { JsonObject } from '../json.ts';
import { isFinal, statusOf } from './image-status.ts';

/** How an image ended: what the webhook said or its record shows, and whether the two agree. */
export interface Verdict {
  /** Who was told first, or found out. */
  readonly by: 'webhook' | 'sweep';
  /** What the webhook said; of the sweep, what the endpoint's record says. Also true when the end is unknown. */
  readonly hasFailed: boolean;
  /** The webhook never called, and the record never showed an end: nobody looks any more. */
  readonly isUnknown?: true;
  /** Epoch ms at which the webhook's call arrived, or the sweep found it. */
  readonly at: number;
  /** Whether the endpoint's record says the same of this enhancement; null when that is not known. */
  readonly confirmed: boolean | null;
  /** `status` and `status_reason` of the endpoint's record, if there was one. */
  readonly status?: string;
  readonly statusReason?: string;
}

/** A verdict as it is recorded on a request. */
export interface Completion extends Verdict {
  /** The completion may belong to another request for the image. */
  readonly isAmbiguous: boolean;
}

/** The whole record is in the event. */
const MAX_STATUS_CHARACTERS = 1000;

/** What the webhook said. */
export function verdictOf(hasFailed: boolean, record: JsonObject | null, at: number): Verdict {
  const facts = factsOf(record);
  return { by: 'webhook', hasFailed, at, confirmed: isConfirmed(hasFailed, facts.status), ...facts };
}

/** What a record shows whose status is final. @param isCertain whether it is known to be of this enhancement */
export function foundVerdict(record: JsonObject, at: number, isCertain: boolean): Verdict {
  const facts = factsOf(record);
  return { by: 'sweep', hasFailed: facts.status === 'error', at, confirmed: isCertain ? true : null, ...facts };
}

/** Nobody knows. */
export function unknownVerdict(record: JsonObject | null, at: number): Verdict {
  return { by: 'sweep', hasFailed: true, isUnknown: true, at, confirmed: null, ...factsOf(record) };
}

function factsOf(record: JsonObject | null): Pick<Verdict, 'status' | 'statusReason'> {
  const status = statusOf(record ?? {});
  const reason = record?.status_reason;
  return {
    ...(status !== undefined && { status: status.slice(0, MAX_STATUS_CHARACTERS) }),
    ...(typeof reason === 'string' && { statusReason: reason.slice(0, MAX_STATUS_CHARACTERS) }),
  };
}

function isConfirmed(hasFailed: boolean, status: string | undefined): boolean | null {
  return isFinal(status) ? hasFailed === (status === 'error') : null;
}

/** Whether nothing more is to be found out. What the webhook says is an end when the endpoint's record shows one. */
export function isSettled({ by, confirmed }: Pick<Verdict, 'by' | 'confirmed'>): boolean {
  return by === 'sweep' || confirmed !== null;
}

/** Whether the image failed: where the endpoint's record contradicts the webhook, the record is right. */
export function hasReallyFailed({ hasFailed, confirmed }: Pick<Verdict, 'hasFailed' | 'confirmed'>): boolean {
  return confirmed === false ? !hasFailed : hasFailed;
}

export type CompletionType = 'image.processed' | 'image.failed' | 'image.unknown';

/** The type of its event. */
export function completionType({ hasFailed, isUnknown }: Pick<Verdict, 'hasFailed' | 'isUnknown'>): CompletionType {
  if (isUnknown) return 'image.unknown';
  return hasFailed ? 'image.failed' : 'image.processed';
}
