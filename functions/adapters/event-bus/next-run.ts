import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { NextRun } from '../../core/batch/ports.ts';
import { DependencyUnavailable } from '../../core/errors.ts';

export interface NextRunParts {
  readonly send: EventBridgeClient['send'];
  /** The event source that the rule for the next run matches. */
  readonly source: string;
}

/**
 * Starts the next run by an event on the default bus. Lambda stops a function that invokes itself through SQS, SNS, S3 or
 * Lambda's own API after about 16 rounds. It does not detect loops through EventBridge
 * (docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
 */
export function createNextRun({ send, source }: NextRunParts): NextRun {
  return {
    async ask({ bucket, key, version }, { signal }) {
      // In the form of S3's own events.
      const Detail = JSON.stringify({ bucket: { name: bucket }, object: { key, 'version-id': version } });
      const command = new PutEventsCommand({ Entries: [{ Source: source, DetailType: 'Upload Unfinished', Detail }] });
      const { FailedEntryCount, Entries } = await send(command, { abortSignal: signal }).catch((error) => {
        throw new DependencyUnavailable('event bus', error);
      });
      if (FailedEntryCount) throw new DependencyUnavailable('event bus', new Error(Entries?.[0]?.ErrorMessage));
    },
  };
}
