import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { NextRun } from '../../core/batch/ports.ts';
import { DependencyUnavailable } from '../../core/errors.ts';

export interface NextRunParts {
  readonly send: EventBridgeClient['send'];
  /** What the rule that invokes the next run looks for. */
  readonly source: string;
}

/**
 * Asks for the next run by an event on the default bus. Lambda ends a function that calls itself over SQS, SNS, S3 or
 * Lambda's own API after about 16 rounds; EventBridge is not among what it watches
 * (docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
 */
export function createNextRun({ send, source }: NextRunParts): NextRun {
  return {
    async ask({ bucket, key, version }, { signal }) {
      // In the form in which S3 tells of an object.
      const Detail = JSON.stringify({ bucket: { name: bucket }, object: { key, 'version-id': version } });
      const command = new PutEventsCommand({ Entries: [{ Source: source, DetailType: 'Upload Unfinished', Detail }] });
      const { FailedEntryCount, Entries } = await send(command, { abortSignal: signal }).catch((error) => {
        throw new DependencyUnavailable('event bus', error);
      });
      if (FailedEntryCount) throw new DependencyUnavailable('event bus', new Error(Entries?.[0]?.ErrorMessage));
    },
  };
}
