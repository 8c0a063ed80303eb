import type { ConsoleFile } from '../core/console/console-file.ts';
import type { Session } from '../core/console/session.ts';
import { isoTime } from '../core/outcome/encode-result.ts';
import { type HttpResponse, jsonResponse, problem } from '../lambda/http.ts';

/** The name of an asset changes with its content. */
const FOREVER = 'public, max-age=31536000, immutable';

/** @param isKnown whether the caller has the file already */
export function fileResponse(
  { contentType, etag, gzip, plain }: ConsoleFile,
  {
    isAsset,
    isKnown,
    takesGzip,
  }: { readonly isAsset: boolean; readonly isKnown: boolean; readonly takesGzip: boolean },
): HttpResponse {
  const headers = { etag, 'cache-control': isAsset ? FOREVER : 'no-cache', vary: 'accept-encoding' };
  if (isKnown) return { statusCode: 304, headers, body: '' };
  return {
    statusCode: 200,
    headers: { ...headers, 'content-type': contentType, ...(takesGzip && { 'content-encoding': 'gzip' }) },
    body: takesGzip ? gzip : plain(),
    isBase64Encoded: true,
  };
}

export function unknownFileResponse(): HttpResponse {
  return problem(404, 'the console has no such file: load the page again, it may be of an earlier version');
}

export function sessionResponse(
  { partner, expiresAt }: Session,
  isReadOnly: boolean,
  cookies: string[] = [],
): HttpResponse {
  const { name, role = 'partner' } = partner;
  const session = { partner: name, role, expires_at: isoTime(expiresAt), read_only: isReadOnly };
  return { ...jsonResponse(200, session), cookies };
}

/** @param cookie ends the session in the browser */
export function signedOutResponse(cookie: string): HttpResponse {
  // What was read in the session is not for whoever comes next.
  const headers = { 'cache-control': 'no-store', 'clear-site-data': '"cache"' };
  return { statusCode: 204, headers, cookies: [cookie], body: '' };
}

export function noSessionResponse(): HttpResponse {
  return problem(401, 'there is no session, it has ended, or its key was withdrawn: sign in');
}

export function wrongKeyResponse(): HttpResponse {
  return problem(401, 'this is no key of this service, or it has expired: ask whoever gave it to you');
}

/** @param seconds until the next attempt */
export function tooManyResponse(seconds: number): HttpResponse {
  const detail = `too many sign-ins from this address were refused: try again in ${seconds} s`;
  return problem(429, detail, { 'retry-after': String(seconds) });
}
