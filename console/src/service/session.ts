import { ReprocessError } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';

export interface Session {
  readonly partner: string;
  readonly role: 'partner' | 'operator';
  readonly expires_at: string;
  /** Whether the page may change nothing. */
  readonly read_only: boolean;
}

const ADDRESS = '/console/session';
/** A page of another origin cannot send it. */
const OWN = { 'x-reprocess-console': '1' };

/** @returns undefined when nobody is signed in. @throws ReprocessError */
export async function readSession(): Promise<Session | undefined> {
  const response = await send({});
  return response.status === 401 ? undefined : sessionOf(response);
}

/** Exchanges a key for a session. @throws ReprocessError with a sentence for people */
export async function signIn(key: string): Promise<Session> {
  const headers = { ...OWN, 'content-type': 'application/json' };
  return sessionOf(await send({ method: 'POST', headers, body: JSON.stringify({ key }) }));
}

export async function signOut(): Promise<void> {
  await send({ method: 'DELETE', headers: OWN });
}

async function send(init: RequestInit): Promise<Response> {
  try {
    return await fetch(ADDRESS, init);
  } catch (cause) {
    throw new ReprocessError({ code: 'not_reached', detail: texts.errors.notReached, mayHaveActed: false }, cause);
  }
}

async function sessionOf(response: Response): Promise<Session> {
  const { status, ok } = response;
  const body = (await response.json().catch(() => ({}))) as Partial<Session> & { readonly detail?: unknown };
  if (ok && body.partner !== undefined) return body as Session;
  const detail = typeof body.detail === 'string' ? body.detail : texts.errors.answered(status);
  throw new ReprocessError({ status, code: `http_${status}`, detail, mayHaveActed: false, body });
}
