import type { ResolveDeadLetter } from '../core/processing/resolve-dead-letter.ts';
import { decodeMessage, type Received } from '../core/request/request-message.ts';
import { createFifoBatch, type FifoBatchParts } from '../lambda/fifo-batch.ts';

export interface DeadLettersParts extends Omit<FifoBatchParts<Received>, 'decode' | 'processMessage'> {
  readonly resolveDeadLetter: ResolveDeadLetter;
}

/** Ends the requests of dead letters, so that every request has an outcome. */
export function createDeadLettersHandler({ resolveDeadLetter, ...parts }: DeadLettersParts) {
  return createFifoBatch({ ...parts, decode: decodeMessage, processMessage: resolveDeadLetter });
}
