import type { AnswerDeadLetter } from '../core/processing/answer-dead-letter.ts';
import { createFifoBatch, type FifoBatchParts } from '../lambda/fifo-batch.ts';

export interface DeadLettersParts extends Omit<FifoBatchParts, 'carryOut'> {
  readonly answerDeadLetter: AnswerDeadLetter;
}

/** Answers what no worker could acknowledge, so that no request ends unanswered. */
export function createDeadLettersHandler({ answerDeadLetter, ...parts }: DeadLettersParts) {
  return createFifoBatch({ ...parts, carryOut: answerDeadLetter });
}
