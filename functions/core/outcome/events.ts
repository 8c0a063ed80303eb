import type { BatchEvent } from '../batch/batch-event.ts';
import type { CallbackEvent } from '../callback/ports.ts';
import type { ImageEvent } from '../completion/image-event.ts';
import type { Limits, Outcomes } from '../ports.ts';
import type { OutcomeEvent } from './outcome.ts';

/** Whatever this service tells of. */
export type ServiceEvent = OutcomeEvent | ImageEvent | BatchEvent | CallbackEvent;

/** Where its events go. */
export interface Events extends Outcomes {
  /** Resolves only when SQS has the event. @throws DependencyUnavailable */
  publish(event: ServiceEvent, limits: Limits): Promise<void>;
}
