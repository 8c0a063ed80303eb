import { StateBadge } from '../parts/badge.tsx';
import { CountBar } from '../parts/count-bar.tsx';
import { Link } from '../parts/link.tsx';
import { Time } from '../parts/time.tsx';
import { isOpen } from '../states.ts';
import { texts } from '../texts.ts';
import { HandedOver } from './handed-over.tsx';
import type { ListedBatch } from './load-batches.ts';

export function BatchRow({ batch }: { readonly batch: ListedBatch }) {
  const { batch_id, name, state, counts } = batch;
  return (
    <li class="batch-row">
      <div>
        <Link path={['batches', batch_id]} class="batch-link">
          <span dir="auto">{name}</span>
        </Link>
        <p class="help">
          <HandedOver batch={batch} />
        </p>
      </div>
      <div class="batch-row-bar">
        <CountBar counts={counts} />
        <p class="counts-line">
          <span>{texts.batches.finishedOf(counts.finished, counts.total)}</span>
          {counts.failed > 0 && <span class="bad">{texts.batches.failed(counts.failed)}</span>}
          {counts.rejected > 0 && <span class="calm">{texts.batches.rejected(counts.rejected)}</span>}
        </p>
      </div>
      <div class="batch-row-state">
        <StateBadge state={state} />
        <BatchEnd batch={batch} />
      </div>
    </li>
  );
}

/** What it waits for and when it is expected to end, or when it ended. */
function BatchEnd({ batch }: { readonly batch: ListedBatch }) {
  const { finished_at, expected_end, waits_for } = batch;
  if (finished_at) {
    return (
      <p class="help">
        {texts.batches.ended} <Time at={finished_at} />
      </p>
    );
  }
  if (!isOpen(batch)) return null;
  return (
    <>
      {waits_for && <p class="help warn sentence">{waits_for.detail}</p>}
      {expected_end && (
        <p class="help">
          {texts.batches.expected} <Time at={expected_end} />
        </p>
      )}
    </>
  );
}
