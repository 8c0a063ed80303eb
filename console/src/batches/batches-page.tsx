import { putDraftFile } from '../new-batch/draft-file.ts';
import { DropArea } from '../new-batch/drop-area.tsx';
import { Chips } from '../parts/inputs/chips.tsx';
import { TextFilter } from '../parts/inputs/filter-inputs.tsx';
import { Link } from '../parts/link.tsx';
import { Empty } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager } from '../parts/pager.tsx';
import { Stale } from '../parts/stale.tsx';
import { Unread } from '../parts/unread.tsx';
import { usePagedPoll } from '../polling/use-paged-poll.ts';
import type { Route } from '../routing/route.ts';
import { goTo } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';
import { BatchRow } from './batch-row.tsx';
import { BudgetLine } from './budget-line.tsx';
import { type ListedBatch, loadBatches } from './load-batches.ts';

const STATES = ['running', 'paused', 'finished', 'cancelled', 'refused'] as const;

export function BatchesPage({ query }: Pick<Route, 'query'>) {
  const { service, mayChange, isOperator } = useSignedIn();
  const state = STATES.find((each) => each === query.state);
  const partner = (isOperator && query.partner) || undefined;
  const poll = usePagedPoll({
    list: `${state}/${partner}`,
    load: (page, signal) => loadBatches(service, { state, partner, ...page, signal }),
  });
  const actions = mayChange && (
    <Link path={['batches', 'new']} class="button button-primary">
      {texts.batches.create}
    </Link>
  );
  return (
    <Page title={texts.batches.title} actions={actions} below={<BudgetLine />}>
      {mayChange && (
        <DropArea
          onFile={(file) => {
            putDraftFile(file);
            goTo(['batches', 'new']);
          }}
        />
      )}
      <div class="list-filters">
        <Chips
          label={texts.batches.filter}
          name="state"
          value={state ?? ''}
          chips={[
            { value: '', label: texts.batches.all },
            ...STATES.map((value) => ({ value, label: texts.states[value] })),
          ]}
        />
        {isOperator && <TextFilter name="partner" label={texts.requests.partner} value={query.partner} />}
      </div>
      {poll.data && (
        <BatchList
          batches={poll.data.items}
          isFiltered={state !== undefined || partner !== undefined}
          isOld={poll.isOfOldKey}
        />
      )}
      <Unread poll={poll} rows={4} />
      <Pager pages={poll} />
      <Stale poll={poll} />
    </Page>
  );
}

interface BatchListProps {
  readonly batches: readonly ListedBatch[];
  readonly isFiltered: boolean;
  readonly isOld: boolean;
}

function BatchList({ batches, isFiltered, isOld }: BatchListProps) {
  if (batches.length === 0) return <Empty>{isFiltered ? texts.batches.emptyFiltered : texts.batches.empty}</Empty>;
  return (
    <ul class={`batch-list ${isOld ? 'old' : ''}`}>
      {batches.map((batch) => (
        <BatchRow key={batch.batch_id} batch={batch} />
      ))}
    </ul>
  );
}
