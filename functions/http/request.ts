import { CallFailed } from './call.ts';

export interface Request {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Name and value in turns; Host and Content-Length are added. */
  readonly headers: readonly string[];
  readonly body: string;
}

const METHOD = /^[A-Z]+$/;
const PATH = /^\/[\x21-\x7e]*$/;
const HEADER = /^[!#$%&'*+\-.^`|~\w]+: [\t\x20-\x7e]*$/;

/**
 * A request as it is sent.
 * @param host as the header says it
 * @throws CallFailed for what would not be one request, without showing it: a header may hold a key
 */
export function serialise({ method, path, headers, body }: Request, host: string): string {
  if (!METHOD.test(method)) throw new CallFailed('ConnectionError', 'the method cannot be sent', { sent: false });
  if (!PATH.test(path)) throw new CallFailed('ConnectionError', 'the path cannot be sent', { sent: false });
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (let at = 0; at < headers.length; at += 2) {
    const header = `${headers[at]}: ${headers[at + 1]}`;
    if (!HEADER.test(header)) throw new CallFailed('ConnectionError', 'a header cannot be sent', { sent: false });
    text += `${header}\r\n`;
  }
  if (body !== '' || method === 'POST') text += `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `${text}\r\n${body}`;
}
