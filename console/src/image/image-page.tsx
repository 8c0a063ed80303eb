import { useMemo, useState } from 'preact/hooks';
import { historyOf } from '../../../client/src/settings-history.ts';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { Link } from '../parts/link.tsx';
import { Empty, Loading, Missing, Notice } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Stale } from '../parts/stale.tsx';
import { usePoll } from '../polling/use-poll.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';
import { AskCard } from './ask-card.tsx';
import { Compare } from './compare.tsx';
import { HistoryRow } from './history-row.tsx';
import { createImageLoader, type ImageRequests } from './load-image.ts';
import { RecordCard } from './record-card.tsx';

const PAGE = 10;

export function ImagePage({ id }: { readonly id: string }) {
  const { service, mayChange } = useSignedIn();
  const load = useMemo(() => createImageLoader(service, id), [service, id]);
  const [limit, setLimit] = useState(PAGE);
  const [hasSent, setSent] = useState(false);
  const poll = usePoll<ImageRequests>({
    key: `${id}/${limit}`,
    load: (signal) => load(limit, signal),
    keepsData: true,
  });
  const { data, failure } = poll;
  const sent = () => {
    setSent(true);
    poll.look();
  };
  const history = historyOf(data?.requests ?? []);
  const finished = data?.requests.find(({ life }) => life === 'finished');
  // Every step of its latest request shows in the record.
  const latest = data?.requests[0];
  return (
    <Page title={id} above={<Link path={['images']}>← {texts.images.title}</Link>}>
      {!data && (failure ? <Missing failure={failure} onRetry={poll.look} /> : <Loading rows={6} />)}
      {data && (
        <div class="columns columns-image">
          <Compare imageId={id} version={finished?.request_id ?? ''} />
          <RecordCard imageId={id} version={`${latest?.request_id}/${latest?.life}`} />
          <Card title={texts.image.requests} class="history-card">
            {hasSent && <Notice tone="good">{texts.image.sent}</Notice>}
            {history.length === 0 && <Empty>{texts.image.requestsEmpty}</Empty>}
            <ol class="history">
              {history.map((entry) => (
                <HistoryRow key={entry.request.request_id} entry={entry} onSent={sent} />
              ))}
            </ol>
            {data.hasMore && limit < 100 && (
              <Button onClick={() => setLimit(Math.min(100, limit + PAGE))}>{texts.image.older}</Button>
            )}
          </Card>
          {mayChange && <AskCard imageId={id} onSent={sent} />}
        </div>
      )}
      <Stale poll={poll} />
    </Page>
  );
}
