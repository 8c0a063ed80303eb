import * as z from 'zod';
import type { Answer } from '../lambda/execution-environment.ts';

const failuresSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * Which messages of a batch Lambda takes for handled, and deletes. None of them when the function failed, or when it
 * reports failures in a form that cannot be read or of a message that is not in the batch; all of them when it reports
 * none (docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function handledMessages(
  messageIds: readonly string[],
  answer: Answer,
  reportsItemFailures: boolean,
): readonly string[] {
  if ('error' in answer) return [];
  if (!reportsItemFailures) return messageIds;
  const payload: unknown = JSON.parse(answer.payload);
  if (payload === null) return messageIds;
  const parsed = failuresSchema.safeParse(payload);
  if (!parsed.success) return [];
  const failed = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  if (failed.some((id) => !messageIds.includes(id))) return [];
  return messageIds.filter((id) => !failed.includes(id));
}
