import type { ResolveDeadLetter } from '../core/processing/resolve-dead-letter.ts';
import { createFifoBatch, type FifoBatchParts } from '../lambda/fifo-batch.ts';

export interface DeadLettersParts extends Omit<FifoBatchParts, 'processMessage'> {
  readonly resolveDeadLetter: ResolveDeadLetter;
}

/** Ends the requests of dead letters, so that every request has an outcome. */
export function createDeadLettersHandler({ resolveDeadLetter, ...parts }: DeadLettersParts) {
  return createFifoBatch({ ...parts, processMessage: resolveDeadLetter });
}
