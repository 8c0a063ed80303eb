import { shown } from '../request/preferences.ts';

/** Where callbacks may go: to public addresses over HTTPS, or, on one machine, anywhere. */
export type Receivers = 'public' | 'any';

const PORTS = ['', '443', '8443'];
const MAX_CHARACTERS = 2048;

/** What is wrong with a URL, for whoever gave it; undefined when it may be tried. Its address is checked when it is connected to. */
export function callbackUrlProblem(value: unknown, receivers: Receivers): string | undefined {
  const url = typeof value === 'string' && value.length <= MAX_CHARACTERS ? urlOf(value) : undefined;
  const isHttp = url?.protocol === 'http:' && receivers === 'any';
  if (url === undefined || (url.protocol !== 'https:' && !isHttp)) {
    return `url must be an https URL of at most ${MAX_CHARACTERS} characters, got ${shown(value)}`;
  }
  if (url.username !== '' || url.password !== '') return 'url must have no user name and no password';
  if (url.hash !== '') return `url must have no fragment, got ${shown(url.hash)}`;
  if (receivers === 'public' && !PORTS.includes(url.port))
    return `url must have port 443 or 8443, got ${shown(url.port)}`;
  return undefined;
}

/** Without white space around it, which the parser would drop. */
function urlOf(text: string): URL | undefined {
  return text === text.trim() && URL.canParse(text) ? new URL(text) : undefined;
}
