import { byteLength } from '../../core/json.ts';
import { encodeEvent } from '../../core/outcome/cloud-event.ts';
import type { Events } from '../../core/outcome/events.ts';
import type { OutcomeEvent } from '../../core/outcome/outcome.ts';
import { createSharedBatches, MAX_BYTES, type SharedBatchesParts } from './shared-batches.ts';

export interface ResultQueueParts extends Omit<SharedBatchesParts, 'dependency'> {
  readonly stage: string;
}

/** The queue of results. */
export function createResultQueue({ stage, ...parts }: ResultQueueParts): Events {
  const { send, join } = createSharedBatches({ ...parts, dependency: 'result queue' });

  return {
    publish(event, limits) {
      const whole = encodeEvent(event, stage);
      const isTooLong = byteLength(whole) > MAX_BYTES && 'outcome' in event;
      const body = isTooLong ? encodeEvent(shortened(event), stage) : whole;
      return send({ id: event.id, groupId: event.groupId, body }, limits);
    },
    join,
  };
}

/** An event that is too long to send would be retried forever. So it is sent without its longest parts. */
function shortened({ outcome, request, ...event }: OutcomeEvent): OutcomeEvent {
  const warnings = [...outcome.warnings, 'this event was too long for one message: its longest parts are missing here'];
  const short = 'original' in request ? { ...request, original: '' } : { ...request, preferences: {} };
  if (outcome.kind === 'succeeded')
    return { ...event, request: short, outcome: { ...outcome, warnings, response: null } };
  const { endpoint: _, ...error } = outcome.error;
  return { ...event, request: short, outcome: { ...outcome, warnings, error } };
}
