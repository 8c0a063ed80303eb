import type { LedgerSummary, Limits } from '../ports.ts';
import { failureCodeOf, type Life, lifeOf } from './life.ts';
import type { Source } from './reprocess-request.ts';

export interface RequestFilter {
  /** Partners; undefined stands for the operator. */
  readonly owners: readonly (string | undefined)[];
  readonly imageId?: string;
  /** By its life, or by its state. */
  readonly state?: Life | LedgerSummary['state'];
  readonly code?: string;
  readonly source?: Source;
  /** Epoch ms; those that were accepted before are not shown. */
  readonly since?: number;
}

/** The part of a list that is asked for. */
export interface AskedPage {
  readonly limit: number;
  /** The cursor of the page before, unchecked. */
  readonly cursor?: string;
}

export interface Page {
  readonly items: readonly LedgerSummary[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

/** A partner's requests of one image, newest first; the index may be a second behind. @throws InvalidCursor, DependencyUnavailable */
export type ListOfImage = (partner: string, imageId: string, page: AskedPage, limits: Limits) => Promise<Page>;

/** Both methods throw DependencyUnavailable. The indexes that they read may be a second behind. */
export interface RequestLists {
  /** Newest first. A page may be short, even empty, and have a next one. @throws InvalidCursor */
  list(filter: RequestFilter, page: AskedPage, limits: Limits): Promise<Page>;
  /** The newest request of an image, whoever sent it. */
  newest(imageId: string, limits: Limits): Promise<LedgerSummary | undefined>;
}

/** Whether a list shows a request, beside the owner and the time. */
export function fits(summary: LedgerSummary, { state, code, source }: RequestFilter): boolean {
  return (
    (state === undefined || state === lifeOf(summary) || state === summary.state) &&
    (code === undefined || code === failureCodeOf(summary)) &&
    (source === undefined || source === summary.source)
  );
}
