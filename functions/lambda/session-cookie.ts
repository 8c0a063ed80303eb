import type { APIGatewayProxyEventV2 } from 'aws-lambda';

type Asking = Pick<APIGatewayProxyEventV2, 'cookies' | 'headers'>;

/** The session's text in a call's cookies, unchecked. */
export function sessionCookieOf({ cookies = [], headers }: Asking): string | undefined {
  const prefix = `${nameOf(headers)}=`;
  return cookies.find((each) => each.startsWith(prefix))?.slice(prefix.length);
}

/** `Set-Cookie` for a session, or to end one. @param seconds 0 to end it */
export function sessionCookie({ headers }: Asking, text: string, seconds: number): string {
  const secure = isPlain(headers) ? '' : '; Secure';
  return `${nameOf(headers)}=${text}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict${secure}`;
}

/** A browser takes a name with `__Host-` only from this very host, and only over TLS: no neighbouring host can set the cookie. */
const nameOf = (headers: Asking['headers']) => `${isPlain(headers) ? '' : '__Host-'}reprocess-session`;

/** API Gateway speaks TLS alone: only the service on one machine is called without. */
const isPlain = (headers: Asking['headers']) => headers['x-forwarded-proto'] === 'http';
