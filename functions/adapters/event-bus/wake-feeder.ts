import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DependencyUnavailable } from '../../core/errors.ts';
import type { Limits } from '../../core/ports.ts';

export interface WakeFeederParts {
  readonly send: EventBridgeClient['send'];
  /** The event source that the feeder's rule matches. */
  readonly source: string;
}

/** Tells the feeder that a batch waits, or has changed: it looks for itself which. @throws DependencyUnavailable */
export function createWakeFeeder({ send, source }: WakeFeederParts) {
  return async ({ signal }: Limits): Promise<void> => {
    const command = new PutEventsCommand({ Entries: [{ Source: source, DetailType: 'Batch Waiting', Detail: '{}' }] });
    const { FailedEntryCount, Entries } = await send(command, { abortSignal: signal }).catch((error) => {
      throw new DependencyUnavailable('event bus', error);
    });
    if (FailedEntryCount) throw new DependencyUnavailable('event bus', new Error(Entries?.[0]?.ErrorMessage));
  };
}
