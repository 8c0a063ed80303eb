import * as z from 'zod/mini';

/** What wakes the feeder: a batch that waits, or the schedule, which tells of none. */
const event = z.object({
  'detail-type': z.string(),
  detail: z.optional(z.object({ batch_id: z.optional(z.string()) })),
});

/** For the log: the feeder looks at all batches, whichever woke it. */
export function parseWaking(value: unknown): { readonly cause: string; readonly batch_id?: string | undefined } {
  const parsed = event.safeParse(value);
  if (!parsed.success) return { cause: 'unknown' };
  return { cause: parsed.data['detail-type'], batch_id: parsed.data.detail?.batch_id };
}
