import { useEffect } from 'preact/hooks';
import { BatchPage } from '../batch/batch-page.tsx';
import { BatchesPage } from '../batches/batches-page.tsx';
import { HealthPage } from '../health/health-page.tsx';
import { FindImagePage } from '../image/find-image-page.tsx';
import { ImagePage } from '../image/image-page.tsx';
import { NewBatchPage } from '../new-batch/new-batch-page.tsx';
import { CallbackPage } from '../partners/callback-page.tsx';
import { PartnersPage } from '../partners/partners-page.tsx';
import { Link } from '../parts/link.tsx';
import { Empty } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { RequestPage } from '../requests/request-page.tsx';
import { RequestsPage } from '../requests/requests-page.tsx';
import type { Route } from '../routing/route.ts';
import { leadTo } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';

/** The page of an address. Another address of the same kind is another page; other filters are not. */
export function Pages({ route: { path, query } }: { readonly route: Route }) {
  const [place = 'batches', id, ...more] = path;
  if (more.length > 0) return <NoSuchPage />;
  switch (place) {
    case 'batches':
      if (id === undefined) return <BatchesPage query={query} />;
      if (id === 'new') return <NewBatchPage query={query} />;
      return <BatchPage key={id} id={id} query={query} />;
    case 'requests':
      return id === undefined ? <RequestsPage query={query} /> : <RequestPage key={id} id={id} />;
    case 'images':
      return id === undefined ? <FindImagePage /> : <ImagePage key={id} id={id} />;
    case 'partners':
      return id === undefined ? <PartnersPage /> : <CallbackPage key={id} partner={id} />;
    case 'callback':
      return id === undefined ? <OwnCallback /> : <NoSuchPage />;
    case 'health':
      return <HealthPage />;
    default:
      return <NoSuchPage />;
  }
}

/** An operator has none: it sees those of its partners. */
function OwnCallback() {
  const { isOperator } = useSignedIn();
  useEffect(() => {
    if (isOperator) leadTo(['partners']);
  }, [isOperator]);
  return isOperator ? null : <CallbackPage partner={undefined} />;
}

function NoSuchPage() {
  return (
    <Page title={texts.errors.notFoundTitle}>
      <Empty>
        {texts.errors.noSuchPage} <Link path={['batches']}>{texts.errors.toBatches}</Link>
      </Empty>
    </Page>
  );
}
