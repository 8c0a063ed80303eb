import { createAnswerDeadLetter } from '../core/processing/answer-dead-letter.ts';
import type { DeadLettersEnvironment } from '../environment.ts';
import type { World } from '../runtime.ts';
import { composeConclusion, composeGivingBack, composeVoice } from './shared.ts';

export function composeDeadLetters(environment: DeadLettersEnvironment, world: World) {
  const { clock, random } = world;
  const voice = composeVoice(environment, world, 'dead-letters');
  const { outcomes, ...ending } = composeConclusion(environment, world, voice);
  const answerDeadLetter = createAnswerDeadLetter({ ...ending, ...voice, clock, random });
  return {
    answerDeadLetter,
    outcomes,
    metrics: voice.metrics,
    ...composeGivingBack(environment, environment.DEAD_LETTERS_QUEUE_URL, world, voice),
  };
}
