import type { ImageRecord, Preferences, RequestItem } from './contract.ts';
import type { Call } from './http/call.ts';
import type { CallOptions } from './http/send.ts';

export interface ReprocessOptions extends CallOptions {
  /** The same key with the same content is the same request, for 14 days. Without one, each call has a key of its own. */
  readonly idempotencyKey?: string | undefined;
  /** Seconds to wait for Autoenhance's answer, 0 to 20: 10 unless given. */
  readonly wait?: number | undefined;
  /** A request that was not sent by then ends as `expired`. */
  readonly notAfter?: Date | string | undefined;
  /** The version of Autoenhance's API, a date; without it, the stage's. */
  readonly apiVersion?: string | undefined;
  /** The trace that the call belongs to (W3C Trace Context). */
  readonly traceparent?: string | undefined;
}

interface About {
  readonly requestId: string;
  /** Texts for people. */
  readonly warnings: readonly string[];
}

/** Autoenhance enhances the image. */
export interface Started extends About {
  readonly state: 'started';
  /** Autoenhance's record of the image. */
  readonly image: ImageRecord;
}

/** Autoenhance's answer takes longer, and the request will be carried out. */
export interface Queued extends About {
  readonly state: 'queued';
  readonly request: RequestItem;
}

export type Reprocess = (
  imageId: string,
  preferences?: Preferences,
  options?: ReprocessOptions,
) => Promise<Started | Queued>;

const USUAL_WAIT_SECONDS = 10;

export function createReprocess(call: Call): Reprocess {
  return async (imageId, preferences = {}, { wait = USUAL_WAIT_SECONDS, ...options } = {}) => {
    const { idempotencyKey = crypto.randomUUID(), notAfter, apiVersion, traceparent, ...rest } = options;
    const { status, headers, body } = await call('POST /v3/images/{id}/process', [imageId], {
      ...rest,
      idempotencyKey,
      costs: true,
      headers: {
        // Without `respond-async` the answer may be a 504 where this partner is configured so.
        Prefer: `respond-async${wait > 0 ? `, wait=${Math.ceil(wait)}` : ''}`,
        'Reprocess-Not-After': notAfter instanceof Date ? notAfter.toISOString() : notAfter,
        'x-api-version': apiVersion,
        traceparent,
      },
      body: preferences,
    });
    const about = { requestId: headers.get('reprocess-request-id') ?? '', warnings: warningsOf(headers) };
    return status === 202
      ? { ...about, state: 'queued', request: body as RequestItem }
      : { ...about, state: 'started', image: body as ImageRecord };
  };
}

/** A list of quoted strings (RFC 9651). */
function warningsOf(headers: Headers): readonly string[] {
  const quoted = headers.get('reprocess-warning')?.match(/"(\\.|[^"\\])*"/g) ?? [];
  return quoted.map((text) => text.slice(1, -1).replace(/\\(.)/g, '$1'));
}
