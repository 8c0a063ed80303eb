import type { BatchEvent } from '../batch/batch-event.ts';
import type { CallbackEvent } from '../callback/ports.ts';
import type { ImageEvent } from '../completion/image-event.ts';
import type { Limits, Outcomes } from '../ports.ts';
import type { OutcomeEvent } from './outcome.ts';

/** Every event that this service publishes. */
export type ServiceEvent = OutcomeEvent | ImageEvent | BatchEvent | CallbackEvent;

/** Where its events go. */
export interface Events extends Outcomes {
  /** Resolves only when SQS has the event. @throws DependencyUnavailable */
  publish(event: ServiceEvent, limits: Limits): Promise<void>;
}
