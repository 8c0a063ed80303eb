import { parseEvent, type ReprocessEvent } from './parse-event.ts';

export type HeaderValues = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** Epoch ms; the clock's time unless given. */
  readonly now?: number | undefined;
}

/** A call that does not come from the service, was changed on its way, or is too old. Answer it with a 401. */
export class InvalidCallback extends Error {
  override readonly name = 'InvalidCallback';
}

const TOLERANCE_SECONDS = 5 * 60;

/**
 * Checks the signature of a callback (Standard Webhooks) and reads its event.
 * @param rawBody the bytes as they came, or their text: JSON that was parsed and written again has another signature
 * @param secret `whsec_…`, or several while they are exchanged
 * @throws InvalidCallback, or TypeError when the body or a secret cannot be used
 */
export async function verifyCallback(
  rawBody: string | Uint8Array,
  headers: HeaderValues,
  secret: string | readonly string[],
  { now = Date.now() }: VerifyOptions = {},
): Promise<ReprocessEvent> {
  const body = typeof rawBody === 'string' ? utf8(rawBody) : rawBody;
  if (!(body instanceof Uint8Array)) throw new TypeError('rawBody must be the bytes of the body, before any parser');
  const [id, timestamp, signatures] = signatureHeaders(headers);
  // What is missing or no number is not near either.
  const isNear = Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS;
  if (!isNear) throw new InvalidCallback(`webhook-timestamp must be within 5 minutes, got ${timestamp}`);
  const signed = new Uint8Array([...utf8(`${id}.${timestamp}.`), ...body]);
  for (const each of [secret].flat()) {
    const key = await keyOf(each);
    for (const signature of `${signatures}`.split(' ')) {
      // Takes the same time wherever the two differ.
      if (await crypto.subtle.verify('HMAC', key, bytesOf(signature, 'v1,'), signed)) {
        return parseEvent(new TextDecoder().decode(body));
      }
    }
  }
  throw new InvalidCallback('webhook-signature must have a signature by the secret');
}

function signatureHeaders(headers: HeaderValues): readonly (string | undefined)[] {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const values = new Map(entries.map(([name, value]) => [name.toLowerCase(), value && `${value}`]));
  return ['id', 'timestamp', 'signature'].map((name) => values.get(`webhook-${name}`));
}

/** @throws TypeError that does not show the secret */
async function keyOf(secret: string): Promise<Parameters<typeof crypto.subtle.verify>[1]> {
  const bytes = bytesOf(secret, 'whsec_');
  if (bytes.length === 0) throw new TypeError('secret must be whsec_ and Base64');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/** What stands in Base64 behind a prefix; nothing unless it does. */
function bytesOf(text: string, prefix: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(text.startsWith(prefix) ? atob(text.slice(prefix.length)) : '', (each) =>
      each.charCodeAt(0),
    );
  } catch {
    return new Uint8Array();
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
