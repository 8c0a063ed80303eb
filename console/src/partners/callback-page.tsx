import type { Callback } from '../../../client/src/index.ts';
import { Link } from '../parts/link.tsx';
import { Empty } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Stale } from '../parts/stale.tsx';
import { Unread } from '../parts/unread.tsx';
import { usePoll } from '../polling/use-poll.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';
import { CallbackCard } from './callback-card.tsx';
import { Deliveries } from './deliveries.tsx';

const words = texts.callback;

export interface CallbackPageProps {
  /** Whose callback, for an operator; undefined for one's own. */
  readonly partner: string | undefined;
}

/** A partner's callback and its deliveries. */
export function CallbackPage({ partner }: CallbackPageProps) {
  const { service } = useSignedIn();
  const poll = usePoll<Callback>({
    key: partner ?? '',
    load: (signal) => service.quick.callback.get({ partner, signal }),
  });
  const isNone = poll.data === undefined && poll.failure?.status === 404;
  return (
    <Page
      title={partner === undefined ? words.title : words.titleOf(partner)}
      above={partner !== undefined && <Link path={['partners']}>← {words.back}</Link>}
      below={partner === undefined && words.intro}
    >
      {isNone ? <Empty>{partner === undefined ? words.none : words.noneOf(partner)}</Empty> : <Unread poll={poll} />}
      {poll.data && <CallbackCard callback={poll.data} partner={partner} onTested={poll.look} />}
      {poll.data && <Deliveries partner={partner} />}
      <Stale poll={poll} />
    </Page>
  );
}
