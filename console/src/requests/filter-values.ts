import type { RequestSummary } from '../../../client/src/index.ts';
import { REQUEST_LIVES } from '../states.ts';

export const SOURCES = ['http', 'sqs', 'upload'] as const;

export interface RequestFilters {
  readonly state?: RequestSummary['life'];
  readonly source?: RequestSummary['source'];
  readonly image?: string;
  readonly code?: string;
  readonly since?: string;
  readonly partner?: string;
}

/** The filters in an address. Of the lists, only values that are in them; the service judges all else. */
export function filtersOf(query: Readonly<Record<string, string>>): RequestFilters {
  const { state, source, image, code, since, partner } = query;
  const life = REQUEST_LIVES.find((each) => each === state);
  const from = SOURCES.find((each) => each === source);
  return {
    ...(life && { state: life }),
    ...(from && { source: from }),
    ...(image && { image }),
    ...(code && { code }),
    ...(since && { since: beginningOf(since) }),
    ...(partner && { partner }),
  };
}

/** A day begins at midnight of whoever looks. What is no day is left to the service. */
function beginningOf(day: string): string {
  const at = new Date(`${day}T00:00`);
  return Number.isNaN(at.getTime()) ? day : at.toISOString();
}
