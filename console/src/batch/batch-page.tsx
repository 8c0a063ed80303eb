import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Batch } from '../../../client/src/index.ts';
import { HandedOver } from '../batches/handed-over.tsx';
import { StateBadge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { Link } from '../parts/link.tsx';
import { Notice, Sentences } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Stale } from '../parts/stale.tsx';
import { Time } from '../parts/time.tsx';
import { Unread } from '../parts/unread.tsx';
import { type Poll, usePoll } from '../polling/use-poll.ts';
import type { Route } from '../routing/route.ts';
import { useSignedIn } from '../service/context.ts';
import { isOpen } from '../states.ts';
import { texts } from '../texts.ts';
import { BatchActions } from './batch-actions.tsx';
import { BurnUp } from './burn-up.tsx';
import { FailedLines, RefusedLines } from './failures.tsx';
import { takeFlash } from './flash.ts';
import { Lines } from './lines.tsx';
import { Progress } from './progress.tsx';

export interface BatchPageProps extends Pick<Route, 'query'> {
  readonly id: string;
}

export function BatchPage({ id, query }: BatchPageProps) {
  const { service } = useSignedIn();
  const poll = usePoll<Batch>({
    key: id,
    load: (signal) => service.quick.batches.get(id, { signal }),
    hasEnded: (batch) => !isOpen(batch),
  });
  const { data: batch, failure } = poll;
  const above = <Link path={['batches']}>← {texts.batch.back}</Link>;
  if (batch === undefined) {
    return (
      <Page title={failure ? id : texts.loading} above={above}>
        <Unread poll={poll} rows={6} />
      </Page>
    );
  }
  return <LoadedBatch key={id} batch={batch} poll={poll} query={query} above={above} />;
}

interface LoadedBatchProps extends Pick<Route, 'query'> {
  readonly batch: Batch;
  readonly poll: Poll<Batch>;
  readonly above: ComponentChildren;
}

function LoadedBatch({ batch, poll, query, above }: LoadedBatchProps) {
  const [flash] = useState(() => takeFlash(batch.batch_id));
  const { name, state, problems, retry_of } = batch;
  const isGoing = state === 'checking' || state === 'running';
  return (
    <Page
      isSame
      title={name}
      mark={<StateBadge state={state} />}
      above={above}
      below={
        <>
          <HandedOver batch={batch} />
          {retry_of && (
            <>
              {' · '}
              {texts.batch.retryOf} <Link path={['batches', retry_of]}>{retry_of.slice(0, 10)}…</Link>
            </>
          )}
        </>
      }
      actions={<BatchActions batch={batch} onChanged={poll.look} />}
    >
      {flash && (isGoing || flash.details) && (
        <Notice tone="good">
          <p class="sentence">{flash.note}</p>
          {flash.details && <Sentences sentences={flash.details} />}
        </Notice>
      )}
      <WaitsFor batch={batch} />
      {problems.length > 0 && (
        <Card title={texts.batch.problems} tone="bad">
          <Sentences sentences={problems} />
        </Card>
      )}
      <Progress batch={batch} />
      <PlotAndFailures batch={batch} />
      {batch.warnings.length > 0 && (
        <Card title={texts.batch.warnings} tone="note">
          <Sentences sentences={batch.warnings} />
        </Card>
      )}
      <Lines batch={batch} query={query} />
      <Stale poll={poll} />
    </Page>
  );
}

/** Beside each other, if something failed. */
function PlotAndFailures({ batch }: { readonly batch: Batch }) {
  const { failed, rejected } = batch.counts;
  if (failed + rejected === 0) return <BurnUp batch={batch} />;
  return (
    <div class={failed > 0 ? 'columns columns-plot' : ''}>
      <div class="stack">
        <BurnUp batch={batch} />
        {rejected > 0 && <RefusedLines batch={batch} />}
      </div>
      {failed > 0 && <FailedLines batch={batch} />}
    </div>
  );
}

function WaitsFor({ batch }: { readonly batch: Batch }) {
  const { waits_for: waits } = batch;
  if (!isOpen(batch)) return null;
  if (waits === null) return <WaitsForRepeated batch={batch} />;
  return (
    <Notice tone="warn">
      <p>
        <strong>{texts.batch.waits[waits.reason]}:</strong>{' '}
        <span class="sentence">{waits.reason === 'paused' ? texts.batch.pausedHelp : `${waits.detail}.`}</span>{' '}
        {waits.until && (
          <>
            {texts.batch.waitsUntil} <Time at={waits.until} />.
          </>
        )}
      </p>
    </Notice>
  );
}

/** Once everything is sent: the webhook does not tell the lines of one image apart. */
function WaitsForRepeated({ batch: { counts, check } }: { readonly batch: Batch }) {
  const { waiting, queued, started } = counts;
  if (waiting + queued > 0 || started === 0 || !check?.repeated_images) return null;
  return (
    <Notice tone="calm">
      <p>
        <strong>{texts.batch.waitsForRepeated(started)}:</strong> {texts.batch.waitsForRepeatedHelp}
      </p>
    </Notice>
  );
}
