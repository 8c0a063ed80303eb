import type { RequestSummary } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { StateBadge } from '../parts/badge.tsx';
import { IdLink } from '../parts/id-link.tsx';
import { Link } from '../parts/link.tsx';
import { Empty, Missing } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager } from '../parts/pager.tsx';
import { Stale } from '../parts/stale.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { Unread } from '../parts/unread.tsx';
import { usePagedPoll } from '../polling/use-paged-poll.ts';
import type { Route } from '../routing/route.ts';
import { useSignedIn } from '../service/context.ts';
import { firstPage } from '../service/first-page.ts';
import { codeText, texts } from '../texts.ts';
import { filtersOf } from './filter-values.ts';
import { Filters } from './filters.tsx';

const PAGE = 50;

/** Requests, newest first. The filters are in the address. */
export function RequestsPage({ query }: Pick<Route, 'query'>) {
  const { service } = useSignedIn();
  const filters = filtersOf(query);
  const poll = usePagedPoll({
    list: JSON.stringify(filters),
    load: (page, signal) => firstPage(service.quick.requests.list({ ...filters, ...page, limit: PAGE, signal })),
  });
  const { data, failure, isOfOldKey } = poll;
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Page title={texts.requests.title}>
      <Filters query={query} isFiltered={isFiltered} />
      {data && data.items.length > 0 && <RequestTable requests={data.items} isOld={isOfOldKey} />}
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
      {data && failure?.isRetryable === false && <Missing failure={failure} onRetry={poll.look} />}
      <Unread poll={poll} rows={8} />
      <Pager pages={poll} />
      {failure?.isRetryable && <Stale poll={poll} />}
    </Page>
  );
}

function RequestTable({ requests, isOld }: { readonly requests: readonly RequestSummary[]; readonly isOld: boolean }) {
  const { isOperator } = useSignedIn();
  const { columns } = texts.requests;
  return (
    <div class="card">
      <Table
        label={texts.requests.title}
        columns={[
          { title: columns.accepted },
          { title: columns.image },
          { title: columns.state },
          { title: columns.source, class: 'wide' },
          isOperator && { title: columns.partner, class: 'wide' },
          { title: columns.attempts, class: 'number wide' },
        ]}
        isOld={isOld}
      >
        {requests.map((request) => (
          <Row key={request.request_id} request={request} isOperator={isOperator} />
        ))}
      </Table>
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
        <IdLink place="images" id={image_id} />
      </td>
      <td>
        <StateBadge state={life} />
        {error_code && <span class="help block">{codeText(error_code)}</span>}
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
