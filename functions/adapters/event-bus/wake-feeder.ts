import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { WakeFeeder } from '../../core/batch/ports.ts';
import { DependencyUnavailable } from '../../core/errors.ts';

export interface WakeFeederParts {
  readonly send: EventBridgeClient['send'];
  /** The event source that the feeder's rule matches. */
  readonly source: string;
}

/** Starts the feeder by an event on the default bus, which keeps and repeats it when the function cannot be invoked. */
export function createWakeFeeder({ send, source }: WakeFeederParts): WakeFeeder {
  return {
    async wake(batchId, { signal }) {
      const Detail = JSON.stringify({ batch_id: batchId });
      const command = new PutEventsCommand({ Entries: [{ Source: source, DetailType: 'Batch Waiting', Detail }] });
      const { FailedEntryCount, Entries } = await send(command, { abortSignal: signal }).catch((error) => {
        throw new DependencyUnavailable('event bus', error);
      });
      if (FailedEntryCount) throw new DependencyUnavailable('event bus', new Error(Entries?.[0]?.ErrorMessage));
    },
  };
}
