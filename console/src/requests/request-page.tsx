import type { RequestItem } from '../../../client/src/index.ts';
import { StateBadge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Card } from '../parts/card.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { Link } from '../parts/link.tsx';
import { FailureNotice, Sentences } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Stale } from '../parts/stale.tsx';
import { Time } from '../parts/time.tsx';
import { Unread } from '../parts/unread.tsx';
import { usePoll } from '../polling/use-poll.ts';
import { PreferenceList } from '../preferences/preference-list.tsx';
import { goTo } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { useAction } from '../service/use-action.ts';
import { hasEnded } from '../states.ts';
import { texts } from '../texts.ts';
import { Timeline } from './timeline-view.tsx';

const words = texts.request;

export function RequestPage({ id }: { readonly id: string }) {
  const { service } = useSignedIn();
  const poll = usePoll<RequestItem>({
    key: id,
    load: (signal) => service.quick.requests.get(id, { signal }),
    hasEnded,
  });
  const above = <Link path={['requests']}>← {words.back}</Link>;
  const { data: request } = poll;
  if (request === undefined) {
    return (
      <Page title={words.title} above={above}>
        <Unread poll={poll} rows={5} />
      </Page>
    );
  }
  return (
    <Page
      title={words.title}
      mark={<StateBadge state={request.life} />}
      above={above}
      below={<span class="id">{request.request_id}</span>}
      actions={request.life === 'failed' && <Retry id={id} />}
    >
      <div class="columns">
        <Card title={words.timeline}>
          <Timeline request={request} />
        </Card>
        <Card title={words.preferences}>
          <PreferenceList preferences={request.preferences} />
          <Facts facts={factsOf(request)} />
        </Card>
      </div>
      {request.warnings.length > 0 && (
        <Card title={words.warnings} tone="note">
          <Sentences sentences={request.warnings} />
        </Card>
      )}
      <Answer request={request} />
      <Stale poll={poll} />
    </Page>
  );
}

function factsOf(request: RequestItem): readonly Fact[] {
  const { image_id, batch_id, line, not_after, again_for } = request;
  const againAs = request.state === 'succeeded' ? request.again_as : undefined;
  return [
    [
      words.image,
      <Link key="image" path={['images', image_id]} class="id">
        {image_id}
      </Link>,
    ],
    [
      words.batch,
      batch_id && (
        <span>
          <Link path={['batches', batch_id]}>{batch_id.slice(0, 10)}…</Link> {line !== undefined && words.line(line)}
        </span>
      ),
    ],
    [words.notAfter, not_after && <Time at={not_after} />],
    [words.againFor, again_for && <RequestLink id={again_for} />],
    [words.againAs, againAs && <RequestLink id={againAs} />],
  ];
}

function RequestLink({ id }: { readonly id: string }) {
  return (
    <Link path={['requests', id]} class="id">
      {id.slice(0, 16)}…
    </Link>
  );
}

function Retry({ id }: { readonly id: string }) {
  const { service, mayChange } = useSignedIn();
  const retry = useAction(async () => {
    const { request_id } = await service.patient.requests.retry(id);
    goTo(['requests', request_id]);
  });
  if (!mayChange) return null;
  return (
    <>
      <Button kind="primary" isBusy={retry.isBusy} onClick={() => retry.run()}>
        {words.retry}
      </Button>
      {retry.failure && <FailureNotice failure={retry.failure} />}
    </>
  );
}

/** What Autoenhance said, as it said it. */
function Answer({ request }: { readonly request: RequestItem }) {
  const said =
    request.state === 'succeeded' ? request.image : request.state === 'failed' ? request.error.endpoint : null;
  if (said === null || said === undefined) return null;
  const title = request.state === 'succeeded' ? words.record : words.endpoint;
  return (
    <details class="card more">
      <summary>{title}</summary>
      <pre dir="auto">{typeof said === 'string' ? said : JSON.stringify(said, null, 2)}</pre>
    </details>
  );
}
