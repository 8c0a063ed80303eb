import { hash } from 'node:crypto';

/** The headers that a trace may come from, unchecked. */
export interface TraceSources {
  /** W3C Trace Context, from a caller's header or a message's attribute. */
  readonly traceparent?: string | undefined;
  /** X-Ray's trace header, `Root=1-…;Parent=…;Sampled=1`. Lambda sets it for an invocation, SQS passes on the sender's. */
  readonly traceHeader?: string | undefined;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;
const SAMPLED = 1;

/**
 * The trace that a request belongs to, as a `traceparent` of version 00: its caller's, else X-Ray's, else a new one. A new one
 * is derived from the request id, so that an event that is published again belongs to the same trace. No span is recorded
 * here, so a caller's is passed on unchanged.
 */
export function traceparentOf({ traceparent, traceHeader }: TraceSources, requestId: string): string {
  const given = traceparent && parseTraceparent(traceparent);
  return given || (traceHeader && fromXRay(traceHeader, requestId)) || ownTraceparent(requestId);
}

export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent?.slice(3, 35);
}

/** A new trace for a request without one, derived from its id. */
export function ownTraceparent(id: string): string {
  const digits = digitsOf(id);
  return `00-${digits.slice(0, 32)}-${digits.slice(32, 48)}-00`;
}

/**
 * A caller's `traceparent` in version 00; undefined when it is not valid. Of a later version, only the first four fields count,
 * and only the flag that version 00 defines (https://www.w3.org/TR/trace-context/#versioning-of-traceparent).
 */
function parseTraceparent(text: string): string | undefined {
  const [, version, traceId = '', parentId = '', flags = '', more] = TRACEPARENT.exec(text) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(parentId)) return undefined;
  if (version === '00') return text;
  const isSampled = (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED;
  return `00-${traceId}-${parentId}-${isSampled ? '01' : '00'}`;
}

// An X-Ray trace id has the same 32 digits, in two parts after its version (AWS X-Ray developer guide, "Tracing header").
function fromXRay(header: string, requestId: string): string | undefined {
  const [, time, rest] = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/.exec(header) ?? [];
  if (time === undefined) return undefined;
  const [, parentId = digitsOf(requestId).slice(32, 48)] = /(?:^|;)\s*Parent=([0-9a-f]{16})(?:;|$)/.exec(header) ?? [];
  return parseTraceparent(`00-${time}${rest}-${parentId}-${/(?:^|;)\s*Sampled=1(?:;|$)/.test(header) ? '01' : '00'}`);
}

/** 64 hexadecimal digits. Most ids end in a hash of their own, which is as good as another one. */
function digitsOf(id: string): string {
  return /[0-9a-f]{64}$/.exec(id)?.[0] ?? hash('sha256', id);
}
