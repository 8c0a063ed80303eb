export interface Head {
  readonly status: number;
  /** Names in lower case. Of one that came twice the first counts, but of those that frame the answer all. */
  readonly headers: Readonly<Record<string, string>>;
  /** The connection may carry another call after this one. */
  readonly keepsConnection: boolean;
}

// One look at the whole head: status line, then headers.
const HEAD =
  /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+\-.^`|~\w]+:[\t\x20-\x7e\x80-\xff]*)*$/;
/** A line that goes on with the header before it: a form that nobody should send any more. */
const CONTINUED = /\r\n[ \t]+/g;
const NOTHING_TO_CONTINUE = /^[^\r]*\r\n[ \t]/;
const FRAMING = ['connection', 'content-length', 'transfer-encoding'];

/** @param written status line and headers, as latin-1 @throws Error that shows none of it */
export function parseHead(written: string): Head {
  const isContinued = written.includes('\r\n ') || written.includes('\r\n\t');
  const text = isContinued ? joined(written) : written;
  const [, minor, status] = HEAD.exec(text) ?? [];
  if (status === undefined) throw new Error('the answer is no HTTP');
  const headers = headersOf(text);
  const { connection } = headers;
  const isClosed = connection !== undefined && /(?:^|,)\s*close\s*(?:,|$)/i.test(connection);
  return { status: Number(status), headers, keepsConnection: minor === '1' && !isClosed };
}

function joined(text: string): string {
  if (NOTHING_TO_CONTINUE.test(text)) throw new Error('the answer is no HTTP');
  return text.replace(CONTINUED, ' ');
}

function headersOf(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = text.indexOf('\r\n'); at >= 0; ) {
    const next = text.indexOf('\r\n', at + 2);
    const colon = text.indexOf(':', at + 2);
    const name = text.slice(at + 2, colon).toLowerCase();
    const value = trimmed(text, colon + 1, next < 0 ? text.length : next);
    // Whoever answers chooses the names, `constructor` among them.
    if (!Object.hasOwn(headers, name)) headers[name] = value;
    else if (FRAMING.includes(name)) headers[name] = `${headers[name]}, ${value}`;
    at = next;
  }
  return headers;
}

/** Without the spaces and tabs around it; other bytes that are space to JavaScript may be half of a letter. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09;

/**
 * Bytes of the body that follows; Infinity where it goes on until the connection ends (RFC 9112, section 6.3).
 * @throws Error when the head says two things, or nothing that is a length
 */
export function bodyLength({ status, headers }: Head): number | 'chunked' {
  if (status === 204 || status === 304) return 0;
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (encoding !== undefined) {
    if (length !== undefined) throw new Error('the answer says in two ways how long it is');
    return /(?:^|,)\s*chunked$/i.test(encoding) ? 'chunked' : Number.POSITIVE_INFINITY;
  }
  if (length === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d{1,15}$/.test(length)) throw new Error('the answer does not say how long it is');
  return Number(length);
}
