import type { Batch } from '../../../client/src/index.ts';
import { numberText } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { Link } from '../parts/link.tsx';
import { UnreadPart } from '../parts/unread.tsx';
import { usePoll } from '../polling/use-poll.ts';
import { useSignedIn } from '../service/context.ts';
import { isOpen } from '../states.ts';
import { codeText, texts } from '../texts.ts';
import { type FailureGroup, groupFailures } from './group-failures.ts';
import { loadFailures } from './load-failures.ts';

/** Those that were no request. */
export function RefusedLines({ batch }: { readonly batch: Batch }) {
  return (
    <Card title={texts.batch.rejectedTitle(batch.counts.rejected)} tone="bad">
      <p>
        {texts.batch.rejectedHelp}{' '}
        <Link path={['batches', batch.batch_id]} query={{ state: 'rejected' }}>
          {texts.batch.failuresLines}
        </Link>
      </p>
    </Card>
  );
}

/** Why lines failed, grouped, in sentences. */
export function FailedLines({ batch }: { readonly batch: Batch }) {
  const { service } = useSignedIn();
  const { batch_id: id, counts } = batch;
  // Read again only when more have failed.
  const poll = usePoll({
    key: `${id}/${counts.failed}`,
    load: (signal) => loadFailures(service, id, signal),
    hasEnded: () => true,
    keepsData: true,
  });
  const { data: lines } = poll;
  return (
    <Card title={texts.batch.failuresTitle(counts.failed)} tone="bad">
      <UnreadPart poll={poll} rows={2} />
      <ul class="failures">
        {groupFailures(lines ?? []).map((group) => (
          <Group key={group.code} batchId={id} group={group} />
        ))}
      </ul>
      {lines && lines.length < counts.failed && <p class="help">{texts.batch.failuresPartly(lines.length)}</p>}
      {isOpen(batch) && <p class="help">{texts.batch.retryHelp}</p>}
    </Card>
  );
}

const SHOWN_REASONS = 3;

function Group({ batchId, group }: { readonly batchId: string; readonly group: FailureGroup }) {
  const { code, count, reasons } = group;
  return (
    <li>
      <p class="failure-head">
        <strong class="failure-count">{numberText(count)}</strong> <span>{codeText(code)}</span>
      </p>
      <ul class="reasons">
        {reasons.slice(0, SHOWN_REASONS).map((each) => (
          <li key={each.reason} dir="auto">
            <span class="sentence clamp">{each.reason}</span>{' '}
            {reasons.length > 1 && <span class="nowrap">× {numberText(each.count)}</span>}
          </li>
        ))}
        {reasons.length > SHOWN_REASONS && (
          <li class="calm">{texts.batch.failuresOthers(reasons.length - SHOWN_REASONS)}</li>
        )}
        <li>
          <Link path={['batches', batchId]} query={{ state: 'failed', code }}>
            {texts.batch.failuresLines}
          </Link>
        </li>
      </ul>
    </li>
  );
}
