import type { RequestSummary } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { Badge } from '../parts/badge.tsx';
import { Link } from '../parts/link.tsx';
import { Empty, Loading, Missing } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager, usePages } from '../parts/pager.tsx';
import { Scrolled } from '../parts/scrolled.tsx';
import { Stale } from '../parts/stale.tsx';
import { Time } from '../parts/time.tsx';
import { usePoll } from '../polling/use-poll.ts';
import type { Route } from '../routing/route.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';
import { filtersOf } from './filter-values.ts';
import { Filters } from './filters.tsx';

const PAGE = 50;

/** Requests, newest first. The filters are in the address. */
export function RequestsPage({ query }: Pick<Route, 'query'>) {
  const { service } = useSignedIn();
  const filters = filtersOf(query);
  const list = JSON.stringify(filters);
  const pages = usePages(list);
  const poll = usePoll({
    key: `${list}/${pages.cursor}`,
    load: async (signal) => {
      const cursor = pages.cursor && { cursor: pages.cursor };
      const listing = service.quick.requests.list({ ...filters, ...cursor, limit: PAGE, signal });
      for await (const page of listing.pages()) return page;
      return { items: [], nextCursor: undefined };
    },
    keepsData: true,
  });
  const { data, failure, isOfBefore } = poll;
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Page title={texts.requests.title}>
      <Filters query={query} isFiltered={isFiltered} />
      {data && data.items.length > 0 && <Table requests={data.items} isOld={isOfBefore} />}
      {data?.items.length === 0 && (
        <Empty>
          {data.nextCursor
            ? texts.requests.emptyPage
            : isFiltered
              ? texts.requests.emptyFiltered
              : texts.requests.empty}
        </Empty>
      )}
      {/* A filter that the service refuses is told as it tells it. */}
      {failure && (!data || !failure.isPassing) && <Missing failure={failure} onRetry={poll.look} />}
      {!data && !failure && <Loading rows={8} />}
      <Pager pages={pages} nextCursor={isOfBefore ? undefined : data?.nextCursor} />
      {failure?.isPassing && <Stale poll={poll} />}
    </Page>
  );
}

function Table({ requests, isOld }: { readonly requests: readonly RequestSummary[]; readonly isOld: boolean }) {
  const { isOperator } = useSignedIn();
  const { columns } = texts.requests;
  return (
    <div class="card">
      <Scrolled label={texts.requests.title} isOld={isOld}>
        <table>
          <thead>
            <tr>
              <th scope="col">{columns.accepted}</th>
              <th scope="col">{columns.image}</th>
              <th scope="col">{columns.state}</th>
              <th scope="col" class="wide">
                {columns.source}
              </th>
              {isOperator && (
                <th scope="col" class="wide">
                  {columns.partner}
                </th>
              )}
              <th scope="col" class="number wide">
                {columns.attempts}
              </th>
            </tr>
          </thead>
          <tbody>
            {requests.map((request) => (
              <Row key={request.request_id} request={request} isOperator={isOperator} />
            ))}
          </tbody>
        </table>
      </Scrolled>
    </div>
  );
}

function Row({ request, isOperator }: { readonly request: RequestSummary; readonly isOperator: boolean }) {
  const { request_id, image_id, life, accepted_at, source, partner, attempts, error_code, next_attempt_at } = request;
  return (
    <tr>
      <td class="nowrap">
        <Link path={['requests', request_id]}>
          <Time at={accepted_at} />
        </Link>
      </td>
      <td class="id" dir="auto">
        <Link path={['images', image_id]}>{image_id}</Link>
      </td>
      <td>
        <Badge state={life} />
        {error_code && <span class="help block">{texts.codes[error_code] ?? error_code}</span>}
        {next_attempt_at && (
          <span class="help block">
            {texts.requests.nextAttempt} <Time at={next_attempt_at} />
          </span>
        )}
      </td>
      <td class="wide">{texts.sources[source]}</td>
      {isOperator && (
        <td class="wide" dir="auto">
          {partner ?? <span class="calm">{texts.batches.own}</span>}
        </td>
      )}
      <td class="number wide">{numberText(attempts)}</td>
    </tr>
  );
}
