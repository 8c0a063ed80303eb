import type { Budget } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { Page } from '../parts/page.tsx';
import { Stale } from '../parts/stale.tsx';
import { Time } from '../parts/time.tsx';
import { Unread } from '../parts/unread.tsx';
import { usePoll } from '../polling/use-poll.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';
import { BudgetHistory } from './budget-history.tsx';
import { PauseCard } from './pause-card.tsx';
import { ServiceCard } from './service-card.tsx';

export function HealthPage() {
  const { service, isOperator } = useSignedIn();
  const poll = usePoll<Budget>({ key: 'budget', load: (signal) => service.quick.budget({ signal }) });
  const { data: budget } = poll;
  return (
    <Page title={texts.health.title}>
      <Unread poll={poll} rows={6} />
      {budget && (
        <div class="columns columns-even">
          <Today budget={budget} />
          <PauseCard budget={budget} onChanged={poll.look} />
          <BudgetHistory budget={budget} />
          {isOperator && <ServiceCard />}
        </div>
      )}
      <Stale poll={poll} />
    </Page>
  );
}

function Today({ budget }: { readonly budget: Budget }) {
  const { isOperator } = useSignedIn();
  const { limit, used, used_by_batches, left, left_for_batches, failed_for_limit, window, waiting } = budget;
  return (
    <Card title={texts.health.today}>
      <p class="big">
        <strong>{numberText(used)}</strong>{' '}
        <span>{limit === null ? texts.health.noLimit : texts.health.ofLimit(limit)}</span>
      </p>
      {limit !== null && (
        <div class="bar" role="img" aria-label={texts.budget.used(used, limit)}>
          <span class="bar-part fill-finished" style={{ flexGrow: used_by_batches }} />
          <span class="bar-part fill-started" style={{ flexGrow: Math.max(0, used - used_by_batches) }} />
          <span class="bar-part" style={{ flexGrow: Math.max(0, limit - used) }} />
        </div>
      )}
      <ul class="plain-list">
        <li>{texts.health.usedByBatches(used_by_batches)}</li>
        {left !== null && (
          <li>
            {texts.health.left(left)}
            {left_for_batches !== null && `, ${texts.health.leftForBatches(left_for_batches)}`}
          </li>
        )}
        {failed_for_limit > 0 && <li class="warn">{texts.health.failedForLimit(failed_for_limit)}</li>}
        {limit !== null && (
          <li>
            {texts.health.reset} <Time at={window.end} />
          </li>
        )}
        {!isOperator && (
          <li>
            {texts.health.waiting}: {numberText(waiting)}
          </li>
        )}
      </ul>
    </Card>
  );
}
