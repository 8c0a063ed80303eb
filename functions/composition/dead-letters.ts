import { createAnswerDeadLetter } from '../core/processing/answer-dead-letter.ts';
import type { DeadLettersEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeGivingBack, composeOutcomePublisher, composeTelemetry } from './shared.ts';

export function composeDeadLetters(environment: DeadLettersEnvironment, runtime: Runtime) {
  const { clock, random } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'dead-letters');
  const { outcomes, ...ending } = composeOutcomePublisher(environment, runtime, telemetry);
  const answerDeadLetter = createAnswerDeadLetter({ ...ending, ...telemetry, clock, random });
  return {
    answerDeadLetter,
    outcomes,
    metrics: telemetry.metrics,
    ...composeGivingBack(environment, environment.DEAD_LETTERS_QUEUE_URL, runtime, telemetry),
  };
}
