import { Badge } from '../parts/badge.tsx';
import { Link } from '../parts/link.tsx';
import { Time } from '../parts/time.tsx';
import { usePoll } from '../polling/use-poll.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';

/** What is left of the day, in a line. Where it cannot be read, the page below says what is wrong. */
export function BudgetLine() {
  const { service } = useSignedIn();
  const { data: budget } = usePoll({ key: 'budget', load: (signal) => service.quick.budget({ signal }) });
  if (budget === undefined) return <span class="budget-line">&nbsp;</span>;
  const { limit, used, paused, window } = budget;
  return (
    <Link path={['health']} class="budget-line">
      <span>{texts.budget.today}</span>
      {limit !== null && (
        <span class="meter" aria-hidden="true">
          <span
            class={used >= limit ? 'fill-failed' : 'fill-finished'}
            style={{ width: `${Math.min(100, (100 * used) / limit)}%` }}
          />
        </span>
      )}
      <strong>{limit === null ? texts.budget.unlimited(used) : texts.budget.used(used, limit)}</strong>
      {limit !== null && (
        <span>
          {texts.budget.resets} <Time at={window.end} />
        </span>
      )}
      {paused && <Badge tone="warn">{texts.budget.paused}</Badge>}
    </Link>
  );
}
