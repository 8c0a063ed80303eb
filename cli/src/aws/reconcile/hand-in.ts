import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Upload } from '../../../../functions/core/batch/upload.ts';
import { OBJECT_FOUND, sourceOf } from '../../../../infra/names.ts';
import { CommandError, stopped } from '../../command-error.ts';
import { EXIT } from '../../exit-code.ts';

export interface HandInParts {
  readonly send: EventBridgeClient['send'];
  readonly stage: string;
  /** No more are handed in when it aborts. */
  readonly signal: AbortSignal;
}

/** EventBridge's limit for one PutEvents. */
const MAX_ENTRIES = 10;

/**
 * Puts an event of each upload on the default bus, in the form of S3's own and from the service's source: nobody but S3 may use
 * S3's. The upload function leaves alone what it has read.
 * @throws CommandError when it was stopped, or the bus does not take all of it
 */
export async function handIn(uploads: readonly Upload[], { send, stage, signal }: HandInParts): Promise<void> {
  for (let first = 0; first < uploads.length; first += MAX_ENTRIES) {
    if (signal.aborted)
      throw stopped(`stopped, and ${first} of ${uploads.length} were handed in: run the command again`);
    const some = uploads.slice(first, first + MAX_ENTRIES);
    const Entries = some.map(({ bucket, key, version }) => ({
      Source: sourceOf(stage),
      DetailType: OBJECT_FOUND,
      Detail: JSON.stringify({ bucket: { name: bucket }, object: { key, 'version-id': version } }),
    }));
    const { FailedEntryCount = 0, Entries: results = [] } = await send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount === 0) continue;
    const reason = results.find(({ ErrorMessage }) => ErrorMessage !== undefined)?.ErrorMessage;
    const left = uploads.length - first - some.length + FailedEntryCount;
    const detail = `the event bus did not take ${left} of ${uploads.length} (${reason}): run the command again`;
    throw new CommandError('not_handed_in', EXIT.failed, detail);
  }
}
