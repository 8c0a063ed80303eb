import type { Delivery } from '../../../client/src/index.ts';
import { texts } from '../texts.ts';
import type { TimelineStep } from './timeline-step.ts';

const words = texts.request;

/** What a partner was told. @param deliveries newest first */
export function callbackSteps(deliveries: readonly Delivery[]): readonly TimelineStep[] {
  return deliveries.map(callbackStep).reverse();
}

function callbackStep({ type, time, state, attempts, next_attempt_at, last_attempts }: Delivery): TimelineStep {
  const last = last_attempts.at(-1);
  return {
    title: words.callback[type],
    at: last?.at ?? time,
    details: [words.delivery[state](attempts), ...(last?.error ? [last.error] : [])],
    until: next_attempt_at ?? undefined,
    tone: TONES[state],
  };
}

const TONES = { waiting: 'next', delivered: 'good', given_up: 'bad' } as const;
