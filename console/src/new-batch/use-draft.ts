import { useEffect, useRef, useState } from 'preact/hooks';
import { parseHash } from '../routing/route.ts';
import { useSignedIn } from '../service/context.ts';
import { type Draft, EMPTY_DRAFT } from './draft.ts';

let kept: { readonly partner: string; readonly draft: Draft } | undefined;

/** The draft of a page. It outlasts the end of a session: the same partner goes on with it. */
export function useDraft() {
  const { partner } = useSignedIn().session;
  const [draft, setDraft] = useState<Draft>(() => takeKept(partner));
  const latest = useRef(draft);
  latest.current = draft;
  useEffect(() => () => keep(partner, latest.current), []);
  return [draft, setDraft] as const;
}

function keep(partner: string, draft: Draft): void {
  // Who went to another page has left it behind.
  if (parseHash(location.hash).path[1] !== 'new') return;
  // What was no JSON, or is still being read, is gone with the page.
  kept = { partner, draft: { ...draft, preferences: draft.preferences ?? {}, isReading: false } };
}

/** Once. */
function takeKept(partner: string): Draft {
  const draft = kept?.partner === partner ? kept.draft : EMPTY_DRAFT;
  kept = undefined;
  return draft;
}
