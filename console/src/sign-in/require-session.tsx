import { useEffect, useMemo, useState } from 'preact/hooks';
import { Shell } from '../layout/shell.tsx';
import { FailureNotice, Loading } from '../parts/notices.tsx';
import { type SignedIn, SignedInContext } from '../service/context.ts';
import { type Failure, failureOf } from '../service/failure.ts';
import { createService } from '../service/service.ts';
import { readSession, type Session, signIn, signOut } from '../service/session.ts';
import { SignIn } from './sign-in.tsx';
import { takeKey } from './take-key.ts';

type Phase =
  | { readonly kind: 'looking' }
  | { readonly kind: 'unknown'; readonly failure: Failure }
  | { readonly kind: 'signed-out'; readonly failure?: Failure; readonly hasEnded?: boolean }
  | { readonly kind: 'signed-in'; readonly session: Session };

// The page is served by the API's own host.
const service = createService(location.origin);

/** Shows the page to whoever has a session, and the sign-in to everybody else. */
export function RequireSession({ givenKey }: { readonly givenKey: string | undefined }) {
  const [phase, setPhase] = useState<Phase>({ kind: 'looking' });

  async function look() {
    setPhase({ kind: 'looking' });
    try {
      const session = await readSession();
      setPhase(session ? { kind: 'signed-in', session } : { kind: 'signed-out' });
    } catch (error) {
      setPhase({ kind: 'unknown', failure: failureOf(error) });
    }
  }

  async function enter(key: string) {
    try {
      setPhase({ kind: 'signed-in', session: await signIn(key) });
    } catch (error) {
      setPhase({ kind: 'signed-out', failure: failureOf(error) });
    }
  }

  async function leave() {
    // Also without a response: the session ends by itself, and whoever signs out must not stay on the page.
    await signOut().catch(() => {});
    setPhase({ kind: 'signed-out' });
  }

  useEffect(() => {
    void (givenKey ? enter(givenKey) : look());
    // A key that is put into the address of the open page.
    const takeLater = () => {
      const key = takeKey(location, history);
      if (key) void enter(key);
    };
    addEventListener('hashchange', takeLater);
    return () => removeEventListener('hashchange', takeLater);
  }, []);

  const session = phase.kind === 'signed-in' ? phase.session : undefined;
  useEffect(() => {
    if (session === undefined) return;
    // A browser has one session: in another tab, somebody else may have signed in meanwhile.
    const lookAgain = async () => {
      const now = await readSession().catch(() => session);
      if (now === undefined) setPhase({ kind: 'signed-out', hasEnded: true });
      else if (JSON.stringify(now) !== JSON.stringify(session)) setPhase({ kind: 'signed-in', session: now });
    };
    addEventListener('focus', lookAgain);
    return () => removeEventListener('focus', lookAgain);
  }, [session]);
  const signedIn = useMemo<SignedIn | undefined>(
    () =>
      session && {
        service,
        session,
        mayChange: !session.read_only,
        isOperator: session.role === 'operator',
        onSessionEnd: () => setPhase({ kind: 'signed-out', hasEnded: true }),
      },
    [session],
  );

  if (signedIn) {
    return (
      <SignedInContext.Provider value={signedIn}>
        <Shell key={signedIn.session.partner} onSignOut={() => void leave()} />
      </SignedInContext.Provider>
    );
  }
  if (phase.kind === 'signed-out') return <SignIn {...phase} onSignIn={enter} />;
  return (
    <main class="entrance">
      {phase.kind === 'unknown' ? <FailureNotice failure={phase.failure} onRetry={() => void look()} /> : <Loading />}
    </main>
  );
}
