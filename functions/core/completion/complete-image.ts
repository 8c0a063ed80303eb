import type { Clock, LedgerItem, Limits, Logger, Metrics } from '../ports.ts';
import { type Attribution, attributeCompletion } from './attribute-completion.ts';
import { completionType, type Verdict, verdictOf } from './completion.ts';
import { createLookUp } from './look-up.ts';
import type { Completions, ImageRecords } from './ports.ts';
import type { CompletedImage } from './publish-completion.ts';
import type { FinishedImage } from './webhook-notification.ts';

export interface CompleteImageParts {
  readonly completions: Completions;
  readonly records: ImageRecords;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What there is to tell of a finished image. Never rejects. @param at epoch ms at which the webhook call arrived */
export type CompleteImage = (notification: FinishedImage, at: number, limits: Limits) => Promise<CompletedImage>;

/** Reads the image's record from the endpoint, and notes the completion on the request that it belongs to. */
export function createCompleteImage({ completions, records, ...parts }: CompleteImageParts): CompleteImage {
  const { log, metrics } = parts;
  const lookUp = createLookUp(parts);

  /** Notes it on the request that it belongs to, if there is one. */
  async function noteOnRequest(imageId: string, verdict: Verdict, limits: Limits): Promise<Noted> {
    const sent = await completions.sentRequests(imageId, limits);
    const meant = attributeCompletion(sent, verdict.confirmed !== null);
    if (meant === undefined) return undefined;
    const item = await noteInState(meant, verdict, limits);
    // A repeated call gets the ambiguity of the recorded completion, which partners read.
    return item && { ...item, isAmbiguous: item.completion?.isAmbiguous ?? meant.isAmbiguous };
  }

  async function noteInState({ isAmbiguous, ...request }: Attribution, verdict: Verdict, limits: Limits) {
    if (request.state === 'under_way') {
      // The record may still be of the enhancement before.
      const early = { ...verdict, confirmed: null, isAmbiguous };
      const item = await completions.note(request, early, limits);
      if (item?.state !== 'succeeded') return item;
    }
    return completions.note({ ...request, state: 'succeeded' }, { ...verdict, isAmbiguous }, limits);
  }

  function recordContradiction({ imageId }: FinishedImage, verdict: Verdict): void {
    if (verdict.confirmed !== false) return;
    metrics.count('WebhookContradicted');
    const facts = { image_id: imageId, webhook: completionType(verdict), status: verdict.status };
    log.warn('the webhook and the endpoint disagree about an image', facts);
  }

  return async (notification, at, limits) => {
    const { imageId, hasFailed, body } = notification;
    const record = await lookUp.record(records, imageId, limits);
    const image = 'value' in record ? record.value : null;
    const verdict = verdictOf(hasFailed, image, at);
    recordContradiction(notification, verdict);
    // After the record: the request that it shows was claimed before it was called, and so is among those that are found now.
    const noted = await lookUp.ledger(limits, (left) => noteOnRequest(imageId, verdict, left));
    const request = 'value' in noted ? noted.value : undefined;
    const warnings = [record, noted].flatMap((result) => ('warning' in result ? result.warning : []));
    const findings = { ...(request && { request }), image, confirmed: verdict.confirmed, warnings };
    return { imageId, body, verdict, findings };
  };
}

/** The request with its completion. */
type Noted = (LedgerItem & { readonly isAmbiguous: boolean }) | undefined;
