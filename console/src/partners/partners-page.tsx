import type { Partner } from '../../../client/src/index.ts';
import { Link } from '../parts/link.tsx';
import { Empty } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Stale } from '../parts/stale.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { Unread } from '../parts/unread.tsx';
import { texts } from '../texts.ts';
import { CallbackBadge } from './callback-badge.tsx';
import { usePartners } from './use-partners.ts';

const words = texts.partners;

/** Who may call, for operators. */
export function PartnersPage() {
  const poll = usePartners();
  const { columns } = words;
  return (
    <Page title={words.title} below={words.intro}>
      <Unread poll={poll} rows={6} />
      {poll.data?.length === 0 && <Empty>{words.empty}</Empty>}
      {poll.data && poll.data.length > 0 && (
        <div class="card">
          <Table
            label={words.title}
            columns={[
              { title: columns.partner },
              { title: columns.limits, class: 'wide' },
              { title: columns.callback },
              { title: columns.deliveries },
            ]}
          >
            {poll.data.map((each) => (
              <Row key={each.partner} partner={each} />
            ))}
          </Table>
        </div>
      )}
      <Stale poll={poll} />
    </Page>
  );
}

function Row({ partner: { partner, role, limits, callback } }: { readonly partner: Partner }) {
  return (
    <tr>
      <td dir="auto">
        {callback ? <Link path={['partners', partner]}>{partner}</Link> : partner}
        {role === 'operator' && <span class="help block">{words.operator}</span>}
      </td>
      <td class="wide">
        {limits ? (
          <>
            {words.calls(limits.calls_per_second, limits.burst)}
            <span class="help block">{words.batches(limits.batches_per_day)}</span>
          </>
        ) : (
          <span class="calm">{words.noLimits}</span>
        )}
      </td>
      <td>
        {callback ? (
          <>
            <CallbackBadge callback={callback} />
            <span class="help block sentence" dir="auto">
              {callback.host}
            </span>
          </>
        ) : (
          <span class="calm">{words.noCallback}</span>
        )}
      </td>
      <td>{callback && <Recent recent={callback.recent} />}</td>
    </tr>
  );
}

function Recent({ recent }: Pick<NonNullable<Partner['callback']>, 'recent'>) {
  const { deliveries, failing, given_up, delivered_at, failed_at } = recent;
  if (deliveries === 0) return <span class="calm">{words.noDeliveries}</span>;
  const troubles = [failing > 0 && words.failing(failing), given_up > 0 && words.givenUp(given_up)].filter(Boolean);
  return (
    <>
      {troubles.join(', ') || words.allDelivered} <span class="calm">{words.ofTheLast(deliveries)}</span>
      {delivered_at && (
        <span class="help block">
          {words.delivered} <Time at={delivered_at} />
        </span>
      )}
      {failed_at && (
        <span class="help block">
          {words.failed} <Time at={failed_at} />
        </span>
      )}
    </>
  );
}
