import type { Batch, BatchLine } from '../../../client/src/index.ts';
import { isOpen } from '../batches/load-batches.ts';
import { numberText } from '../format/numbers.ts';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Chips } from '../parts/chips.tsx';
import { Link } from '../parts/link.tsx';
import { Empty, Loading, Missing } from '../parts/notices.tsx';
import { Pager, usePages } from '../parts/pager.tsx';
import { Scrolled } from '../parts/scrolled.tsx';
import { Time } from '../parts/time.tsx';
import { usePoll } from '../polling/use-poll.ts';
import type { Route } from '../routing/route.ts';
import { changeQuery } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';

const STATES = ['finished', 'started', 'queued', 'waiting', 'failed', 'rejected', 'cancelled'] as const;
const PAGE = 50;

/** The lines of a batch, by page and state. */
export function Lines({ batch, query }: { readonly batch: Batch } & Pick<Route, 'query'>) {
  const { service } = useSignedIn();
  const { batch_id: id, counts } = batch;
  const state = STATES.find((each) => each === query.state);
  const { code } = query;
  const pages = usePages(`${id}/${state}/${code}`);
  const poll = usePoll({
    // When the batch ends, its lines are read once more.
    key: `${id}/${state}/${code}/${pages.cursor}/${isOpen(batch)}`,
    load: async (signal) => {
      const list = service.quick.batches.requests(id, {
        limit: PAGE,
        signal,
        ...(state && { state }),
        ...(code && { code }),
        ...(pages.cursor && { cursor: pages.cursor }),
      });
      for await (const page of list.pages()) return page;
      return { items: [], nextCursor: undefined };
    },
    isOver: () => !isOpen(batch),
    keepsData: true,
  });
  return (
    <Card title={texts.batch.linesTitle} class="lines">
      <Chips
        label={texts.batch.linesTitle}
        name="state"
        value={state ?? ''}
        clears="code"
        chips={[
          { value: '', label: texts.batch.allLines, count: numberText(counts.total) },
          ...STATES.filter((each) => counts[each] > 0 || each === state).map((value) => ({
            value,
            label: texts.states[value],
            count: numberText(counts[value]),
          })),
        ]}
      />
      {code && (
        <p class="filter-note">
          {texts.batch.filterCode(code)}{' '}
          <Button kind="quiet" onClick={() => changeQuery({ code: undefined })}>
            {texts.batch.clearCode}
          </Button>
        </p>
      )}
      {poll.data && poll.data.items.length > 0 && <Table lines={poll.data.items} isOld={poll.isOfBefore} />}
      {poll.data?.items.length === 0 && (
        <Empty>{poll.data.nextCursor ? texts.batch.noLinesYet : texts.batch.noLines}</Empty>
      )}
      {!poll.data && (poll.failure ? <Missing failure={poll.failure} onRetry={poll.look} /> : <Loading rows={8} />)}
      <Pager pages={pages} nextCursor={poll.isOfBefore ? undefined : poll.data?.nextCursor} />
    </Card>
  );
}

function Table({ lines, isOld }: { readonly lines: readonly BatchLine[]; readonly isOld: boolean }) {
  const { columns } = texts.batch;
  return (
    <Scrolled label={texts.batch.linesTitle} isOld={isOld}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              {columns.line}
            </th>
            <th scope="col">{columns.image}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col">{columns.reason}</th>
            <th scope="col" class="number wide">
              {columns.attempts}
            </th>
            <th scope="col" class="wide">
              {columns.ended}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Row key={line.line} line={line} />
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

function Row({ line: each }: { readonly line: BatchLine }) {
  const { line, image_id, request_id, state, code, reason, attempts, finished_at } = each;
  return (
    <tr>
      <td class="number">{numberText(line)}</td>
      <td class="id" dir="auto">
        {image_id ? <Link path={['images', image_id]}>{image_id}</Link> : '—'}
      </td>
      <td>
        {request_id ? (
          <Link path={['requests', request_id]} class="badge-link">
            <Badge state={state} />
          </Link>
        ) : (
          <Badge state={state} />
        )}
      </td>
      <td class="reason" dir="auto">
        {reason ? <span class="sentence clamp">{reason}</span> : <span class="calm">{code ?? ''}</span>}
      </td>
      <td class="number wide">{attempts > 0 && numberText(attempts)}</td>
      <td class="wide nowrap">{finished_at && <Time at={finished_at} />}</td>
    </tr>
  );
}
