/**
 * The key in an address such as `/console/#key=…`, which signs in with one click. It is removed from the address at once: an
 * address is kept in the history, and may be shared.
 */
export function takeKey(
  location: { readonly hash: string; readonly pathname: string; readonly search: string },
  history: { replaceState(state: null, unused: '', url: string): void },
): string | undefined {
  const key = /^#key=(.+)$/.exec(location.hash)?.[1];
  if (key === undefined) return undefined;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
