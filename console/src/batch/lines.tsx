import type { Batch, BatchLine } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { StateBadge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { IdLink } from '../parts/id-link.tsx';
import { Chips } from '../parts/inputs/chips.tsx';
import { Link } from '../parts/link.tsx';
import { Empty } from '../parts/notices.tsx';
import { Pager } from '../parts/pager.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { UnreadPart } from '../parts/unread.tsx';
import { usePagedPoll } from '../polling/use-paged-poll.ts';
import type { Route } from '../routing/route.ts';
import { changeQuery } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { firstPage } from '../service/first-page.ts';
import { isOpen, LINE_STATES } from '../states.ts';
import { codeText, texts } from '../texts.ts';

const PAGE = 50;
const { columns } = texts.batch;
const COLUMNS: readonly Column[] = [
  { title: columns.line, class: 'number' },
  { title: columns.image },
  { title: columns.state },
  { title: columns.reason, class: 'wide' },
  { title: columns.attempts, class: 'number wide' },
  { title: columns.ended, class: 'wide' },
];

/** The lines of a batch, by page and state. */
export function Lines({ batch, query }: { readonly batch: Batch } & Pick<Route, 'query'>) {
  const { service } = useSignedIn();
  const { batch_id: id, counts } = batch;
  const state = LINE_STATES.find((each) => each === query.state);
  const { code } = query;
  const filter = { ...(state && { state }), ...(code && { code }) };
  const poll = usePagedPoll({
    list: `${id}/${state}/${code}`,
    // When the batch ends, its lines are read once more.
    version: String(isOpen(batch)),
    load: (page, signal) => firstPage(service.quick.batches.requests(id, { ...filter, ...page, limit: PAGE, signal })),
    hasEnded: () => !isOpen(batch),
  });
  const lines = poll.data?.items ?? [];
  return (
    <Card title={texts.batch.linesTitle} class="lines">
      <Chips
        label={texts.batch.linesTitle}
        name="state"
        value={state ?? ''}
        clears="code"
        chips={[
          { value: '', label: texts.batch.allLines, count: numberText(counts.total) },
          ...LINE_STATES.filter((each) => counts[each] > 0 || each === state).map((value) => ({
            value,
            label: texts.states[value],
            count: numberText(counts[value]),
          })),
        ]}
      />
      {code && (
        <p class="filter-note">
          {texts.batch.filterCode} {codeText(code)}{' '}
          <Button kind="quiet" onClick={() => changeQuery({ code: undefined })}>
            {texts.batch.clearCode}
          </Button>
        </p>
      )}
      {lines.length > 0 && (
        <Table label={texts.batch.linesTitle} columns={COLUMNS} isOld={poll.isOfOldKey}>
          {lines.map((line) => (
            <Row key={line.line} line={line} />
          ))}
        </Table>
      )}
      {poll.data && lines.length === 0 && (
        <Empty>{poll.data.nextCursor ? texts.batch.noLinesYet : texts.batch.noLines}</Empty>
      )}
      <UnreadPart poll={poll} rows={8} />
      <Pager pages={poll} />
    </Card>
  );
}

function Row({ line: each }: { readonly line: BatchLine }) {
  const { line, image_id, request_id, state, reason, attempts, finished_at } = each;
  // Whatever has a code has a reason.
  const why = reason && <span class="sentence clamp">{reason}</span>;
  return (
    <tr>
      <td class="number">{numberText(line)}</td>
      <td class="id" dir="auto">
        {image_id ? <IdLink place="images" id={image_id} /> : '—'}
      </td>
      <td>
        {request_id ? (
          <Link path={['requests', request_id]} class="badge-link">
            <StateBadge state={state} />
          </Link>
        ) : (
          <StateBadge state={state} />
        )}
        <span class="help phone" dir="auto">
          {why}
        </span>
      </td>
      <td class="reason wide" dir="auto">
        {why}
      </td>
      <td class="number wide">{attempts > 0 && numberText(attempts)}</td>
      <td class="wide nowrap">{finished_at && <Time at={finished_at} />}</td>
    </tr>
  );
}
