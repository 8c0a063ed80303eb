import { useEffect, useState } from 'preact/hooks';
import { hashOf, parseHash, type Query, type Route } from './route.ts';

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const change = () => setHash(location.hash);
    addEventListener('hashchange', change);
    change();
    return () => removeEventListener('hashchange', change);
  }, []);
  return parseHash(hash);
}

export function goTo(path: readonly string[], query?: Query): void {
  location.hash = hashOf(path, query);
}

/** Changes the filters of the present place, without a step in the history for each. */
export function changeQuery(change: Query): void {
  const { path, query } = parseHash(location.hash);
  leadTo(path, { ...query, ...change });
}

/** Goes to another place, which takes this one's step in the history. */
export function leadTo(path: readonly string[], query?: Query): void {
  const hash = hashOf(path, query);
  if (hash === location.hash) return;
  history.replaceState(null, '', hash);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
