import type { LedgerSummary, Limits, Page } from '../ports.ts';
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

/** Both methods throw DependencyUnavailable. The indexes that they read may be a second behind. */
export interface RequestLists {
  /** Newest first. A page may be short, even empty, and have a next one. @throws InvalidCursor */
  list(
    filter: RequestFilter,
    page: { readonly limit: number; readonly cursor?: string },
    limits: Limits,
  ): Promise<Page>;
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
