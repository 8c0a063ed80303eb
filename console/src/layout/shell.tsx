import { useEffect } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { refuseFiles } from '../parts/file-drop.ts';
import { keepFocus } from '../parts/focus.ts';
import { Link } from '../parts/link.tsx';
import { useRoute } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { texts } from '../texts.ts';
import { Logo } from './logo.tsx';
import { Pages } from './pages.tsx';

const placesOf = (isOperator: boolean) =>
  ['batches', 'requests', 'images', isOperator ? 'partners' : 'callback', 'health'] as const;

/** What stands around every page. */
export function Shell({ onSignOut }: { readonly onSignOut: () => void }) {
  const { session, isOperator } = useSignedIn();
  const route = useRoute();
  const place = route.path[0] ?? 'batches';
  useEffect(keepFocus, []);
  useEffect(refuseFiles, []);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {texts.skipToContent}
      </button>
      <header class="top">
        <div class="top-inner">
          <Link path={['batches']} class="brand">
            <Logo />
            <span>{texts.product}</span>
          </Link>
          <nav class="places" aria-label={texts.nav.label}>
            {placesOf(isOperator).map((each) => (
              <Link key={each} path={[each]} isCurrent={each === place} class="place">
                {texts.nav[each]}
              </Link>
            ))}
          </nav>
          <div class="who">
            <span class="who-name" dir="auto">
              {session.partner}
            </span>
            {isOperator && <span class="tag">{texts.account.operator}</span>}
            {session.read_only && (
              <span class="tag" title={texts.account.readOnlyNote}>
                {texts.account.readOnly}
              </span>
            )}
            <Button kind="quiet" onClick={onSignOut}>
              {texts.account.signOut}
            </Button>
          </div>
        </div>
      </header>
      <main id="content" class="content" tabIndex={-1}>
        <Pages route={route} />
      </main>
    </div>
  );
}
