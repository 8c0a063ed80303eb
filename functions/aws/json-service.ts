import { createHttpClient } from '../http/client.ts';
import type { Credentials } from './environment-credentials.ts';
import { outputOf } from './refused.ts';
import { createRepeats } from './repeats.ts';
import { createSigner, type Sign } from './signature.ts';

/** A service of AWS that speaks JSON, and where it is. */
export interface ServicePlace {
  /** AWS's own name for it, such as `sqs`. */
  readonly service: string;
  /** What its operations are called by, such as `AmazonSQS`. */
  readonly target: string;
  /** Of the JSON protocol that it speaks. */
  readonly version: '1.0' | '1.1';
  readonly region: string;
  /** Scheme, host and port. */
  readonly endpoint: string;
}

export interface CallOptions {
  /** Asked once. */
  readonly credentials: () => Promise<Credentials>;
  readonly connectTimeoutMs: number;
  /** Limit of one call, until the last byte of its answer. */
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  /** The longest pause before the first repeat. */
  readonly firstPauseMs: number;
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly random: () => number;
  /** X-Ray's trace header of the invocation, by which AWS also notices functions that call each other without end. */
  readonly traceHeader?: () => string | undefined;
}

export interface JsonService {
  /** @param body the input as JSON @throws Refused, CallFailed */
  call(operation: string, body: string, signal?: AbortSignal): Promise<object>;
  /** Opens a connection for the next call, and sends nothing. @throws CallFailed */
  open(signal: AbortSignal): Promise<unknown>;
}

const VISIBLE = /^[\x20-\x7e]+$/;
const MAX_CONNECTIONS = 50;
/** The longest answer is a page of DynamoDB's: 1 MB as it counts, and some more as JSON. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Calls with our signature over our HTTP client, repeated as the SDK repeats them. */
export function createJsonService(place: ServicePlace, options: CallOptions): JsonService {
  const { endpoint, target, version } = place;
  const { credentials, maxAttempts, firstPauseMs, clock, random, traceHeader, connectTimeoutMs, timeoutMs } = options;
  const http = createHttpClient({ endpoint, maxConnections: MAX_CONNECTIONS, clock });
  const scope = { ...place, host: http.host, contentType: `application/x-amz-json-${version}` };
  const repeats = createRepeats({ maxAttempts, firstPauseMs }, random);
  let signs: Promise<Sign> | undefined;

  async function call(operation: string, body: string, signal?: AbortSignal): Promise<object> {
    signs ??= credentials().then((own) => createSigner(scope, own));
    const sign = await signs;
    const limits = { connectTimeoutMs, timeoutMs, maxBytes: MAX_BYTES, signal };
    let cost: number | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const headers = sign(`${target}.${operation}`, body, clock.now());
        const trace = traceHeader?.();
        // It came from outside, and is worth no call.
        if (trace && VISIBLE.test(trace)) headers.push('x-amzn-trace-id', trace);
        const output = outputOf(await http.send({ method: 'POST', path: '/', headers, body }, limits));
        repeats.succeeded(cost);
        return output;
      } catch (error) {
        const repeat = repeats.after(error, attempt);
        if (repeat === undefined) throw error;
        cost = repeat.cost;
        await clock.sleep(repeat.pauseMs, signal);
      }
    }
  }

  return {
    call,
    open: (signal) => http.open({ connectTimeoutMs, timeoutMs, signal }),
  };
}
