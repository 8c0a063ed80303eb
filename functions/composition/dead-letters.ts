import { createResolveDeadLetter } from '../core/processing/resolve-dead-letter.ts';
import type { DeadLettersEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeMessageReturn, composeOutcomePublisher, composeTelemetry } from './shared.ts';

export function composeDeadLetters(environment: DeadLettersEnvironment, runtime: Runtime) {
  const { clock, random } = runtime;
  const telemetry = composeTelemetry(environment, runtime, 'dead-letters');
  const { outcomes, ...publishing } = composeOutcomePublisher(environment, runtime, telemetry);
  const resolveDeadLetter = createResolveDeadLetter({ ...publishing, ...telemetry, clock, random });
  return {
    resolveDeadLetter,
    outcomes,
    metrics: telemetry.metrics,
    ...composeMessageReturn(environment, environment.DEAD_LETTERS_QUEUE_URL, runtime, telemetry),
  };
}
