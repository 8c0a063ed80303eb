import * as z from 'zod';
import type { InvocationResult } from '../lambda/execution-environment.ts';

const failuresSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * The messages of a batch that Lambda considers handled, and deletes. None when the function failed, or when it reports
 * failures in an invalid form or for a message outside the batch. All when it reports no failures
 * (docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function handledMessages(
  messageIds: readonly string[],
  result: InvocationResult,
  reportsItemFailures: boolean,
): readonly string[] {
  if ('error' in result) return [];
  if (!reportsItemFailures) return messageIds;
  const payload: unknown = JSON.parse(result.payload);
  if (payload === null) return messageIds;
  const parsed = failuresSchema.safeParse(payload);
  if (!parsed.success) return [];
  const failed = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  if (failed.some((id) => !messageIds.includes(id))) return [];
  return messageIds.filter((id) => !failed.includes(id));
}
