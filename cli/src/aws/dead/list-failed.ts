import type { RequestSummary } from '../../../../client/src/contract.ts';
import type { Limits } from '../../../../functions/core/ports.ts';
import { encodeSummary } from '../../../../functions/core/request/encode-request.ts';
import type { RequestLists } from '../../../../functions/core/request/request-lists.ts';
import type { FailedRequests } from '../../dead/failed-requests.ts';
import { readPartners } from '../partner/partner.ts';
import type { Place } from '../place.ts';

export interface ListFailedParts {
  readonly place: Place;
  readonly lists: Pick<RequestLists, 'list'>;
  readonly limits: () => Limits;
}

const PAGE = 100;

/** Lists everybody's failed requests, as the HTTP API does for an operator. */
export function createListFailed({ place, lists, limits }: ListFailedParts): FailedRequests['list'] {
  return async function* ({ code, since }) {
    const ring = await readPartners(place);
    const partners = Object.keys(ring).filter((name) => ring[name]?.role !== 'operator');
    const filter = {
      owners: [undefined, ...partners],
      state: 'failed' as const,
      ...(code !== undefined && { code }),
      ...(since !== undefined && { since: Date.parse(since) }),
    };
    let cursor: string | undefined;
    do {
      const page = await lists.list(filter, { limit: PAGE, ...(cursor !== undefined && { cursor }) }, limits());
      yield* page.items.map((each) => encodeSummary(each) as RequestSummary);
      cursor = page.cursor;
    } while (cursor !== undefined);
  };
}
