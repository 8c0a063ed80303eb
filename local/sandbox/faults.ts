import * as z from 'zod/mini';

const which = {
  /** Only calls for this image. */
  imageId: z.optional(z.string()),
  /** `process` (the default), `read`, the GET of an image, `preview`, that of its pictures, or `order`, both calls for orders. */
  call: z.optional(z.enum(['process', 'read', 'preview', 'order'])),
  /** How many matching calls it affects; without it: all, until it is removed. */
  times: z.optional(z.int().check(z.positive())),
  /** The share of matching calls that it affects, 0 to 1, by the sandbox's seeded random numbers. */
  share: z.optional(z.number().check(z.gte(0), z.lte(1))),
  /** Waits so long before anything else. It acts even if the caller has closed the connection by then. */
  delayMs: z.optional(z.number().check(z.gte(0))),
};

/** What goes wrong. `acts`: whether the call starts an enhancement anyway (default: no). */
export const faultSchema = z.discriminatedUnion('kind', [
  /** Only `delayMs`. */
  z.strictObject({ ...which, kind: z.literal('delay') }),
  /** Responds with this status. */
  z.strictObject({
    ...which,
    kind: z.literal('status'),
    status: z.int().check(z.gte(200), z.lte(999)),
    acts: z.optional(z.boolean()),
    /** Text is sent unchanged, anything else as JSON; without it `{message, detail}`. */
    body: z.optional(z.unknown()),
    headers: z.optional(z.record(z.string(), z.string())),
    /** Seconds or an HTTP date. */
    retryAfter: z.optional(z.union([z.number(), z.string()])),
  }),
  /** Breaks the connection (RST) before a response. */
  z.strictObject({ ...which, kind: z.literal('reset'), acts: z.optional(z.boolean()) }),
  /** Never responds. */
  z.strictObject({ ...which, kind: z.literal('hang'), acts: z.optional(z.boolean()) }),
  /** Acts, and responds 200 with text that is not JSON. */
  z.strictObject({ ...which, kind: z.literal('malformed') }),
  /** Acts, and responds 200 with so many bytes of JSON (default 300 KiB). */
  z.strictObject({ ...which, kind: z.literal('oversized'), bytes: z.optional(z.int().check(z.gte(100))) }),
  /** Acts, responds 200 with half of the body, and then sends nothing more. */
  z.strictObject({ ...which, kind: z.literal('stalled_body') }),
  /** Acts, responds 200 with half of the body, and breaks the connection. */
  z.strictObject({ ...which, kind: z.literal('broken_body') }),
  /** Acts and responds as always; the image ends in `error` later, for this reason. */
  z.strictObject({ ...which, kind: z.literal('fails_later'), reason: z.optional(z.string()) }),
]);

export type Fault = z.output<typeof faultSchema>;
export type FaultCall = NonNullable<Fault['call']>;

/** A planned fault. */
export interface PlannedFault {
  readonly id: number;
  readonly fault: Fault;
  /** Calls affected so far. */
  readonly hits: number;
}

export interface FaultPlan {
  add(fault: Fault): PlannedFault;
  list(): readonly PlannedFault[];
  /** Removes one fault, or all. */
  remove(id?: number): void;
  /** The fault for this call, which is counted: the first added that matches. */
  next(call: { readonly kind: FaultCall; readonly imageId?: string | undefined }): Fault | undefined;
}

export function createFaultPlan(random: () => number): FaultPlan {
  let planned: readonly PlannedFault[] = [];
  let added = 0;
  return {
    add(fault) {
      added += 1;
      const entry = { id: added, fault, hits: 0 };
      planned = [...planned, entry];
      return entry;
    },
    list: () => planned,
    remove(id) {
      planned = id === undefined ? [] : planned.filter((entry) => entry.id !== id);
    },
    next(call) {
      const hit = planned.find(
        ({ fault, hits }) =>
          (fault.call ?? 'process') === call.kind &&
          (fault.imageId === undefined || fault.imageId === call.imageId) &&
          hits < (fault.times ?? Number.POSITIVE_INFINITY) &&
          (fault.share === undefined || random() < fault.share),
      );
      planned = planned.map((entry) => (entry === hit ? { ...entry, hits: entry.hits + 1 } : entry));
      return hit?.fault;
    },
  };
}

/** Seeded random numbers from 0 to 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
