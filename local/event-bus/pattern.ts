import * as z from 'zod';

// The supported part of EventBridge's patterns. Other operators are refused when the template is read.
const prefix = z.strictObject({ prefix: z.string() });
const operatorSchema = z.union([prefix, z.strictObject({ 'anything-but': prefix })]);
const leaf = z.array(z.union([z.string(), z.number(), z.boolean(), z.null(), operatorSchema]));
export type EventPattern = { readonly [field: string]: z.output<typeof leaf> | EventPattern };

export const patternSchema: z.ZodType<EventPattern> = z.record(
  z.string(),
  z.union([leaf, z.lazy(() => patternSchema)]),
);

/** Whether an event has, in every field that the pattern names, one of the values that it allows. */
export function fits(event: unknown, pattern: EventPattern): boolean {
  return Object.entries(pattern).every(([field, allowed]) => {
    const value = (event as Readonly<Record<string, unknown>> | undefined)?.[field];
    if (!Array.isArray(allowed))
      return typeof value === 'object' && value !== null && fits(value, allowed as EventPattern);
    return allowed.some((each) =>
      typeof each === 'object' && each !== null ? typeof value === 'string' && isTaken(value, each) : value === each,
    );
  });
}

function isTaken(text: string, operator: z.output<typeof operatorSchema>): boolean {
  if ('prefix' in operator) return text.startsWith(operator.prefix);
  return !text.startsWith(operator['anything-but'].prefix);
}
