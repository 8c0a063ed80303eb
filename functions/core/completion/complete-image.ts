import type { Clock, LedgerItem, Limits, Logger, Metrics } from '../ports.ts';
import { type Attribution, attributeCompletion, type SentRequest } from './attribute-completion.ts';
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

  /**
   * Notes it on the request that it belongs to, if there is one.
   * @param before the requests that were known before the record was read, on which the verdict rests
   */
  async function noteOnNewest(imageId: string, before: readonly SentRequest[], said: Verdict, limits: Limits) {
    const sent = await completions.sentRequests(imageId, limits);
    // The record may be of a request that was sent while it was read, or of the enhancement before that one.
    const isOfNewest = before[0]?.requestId === sent[0]?.requestId && before[0]?.state === sent[0]?.state;
    const meant = attributeCompletion(sent, isOfNewest && said.confirmed !== null);
    const isBelieved = isOfNewest && meant?.state !== 'under_way';
    const verdict = isBelieved ? said : { ...said, confirmed: null };
    return { verdict, request: meant && (await noteOn(meant, verdict, limits)) };
  }

  async function noteOn({ isAmbiguous, ...request }: Attribution, verdict: Verdict, limits: Limits): Promise<Noted> {
    const completion = { ...verdict, isAmbiguous };
    const noted = await completions.note(request, completion, limits);
    const hasSucceeded = request.state === 'under_way' && noted?.state === 'succeeded';
    const item = hasSucceeded ? await completions.note({ ...request, state: 'succeeded' }, completion, limits) : noted;
    // A repeated call gets the ambiguity of the recorded completion, which partners read.
    return item && { ...item, isAmbiguous: item.completion?.isAmbiguous ?? isAmbiguous };
  }

  function recordContradiction({ imageId }: FinishedImage, verdict: Verdict): void {
    if (verdict.confirmed !== false) return;
    metrics.count('WebhookContradicted');
    const facts = { image_id: imageId, webhook: completionType(verdict), status: verdict.status };
    log.warn('the webhook and the endpoint disagree about an image', facts);
  }

  return async (notification, at, limits) => {
    const { imageId, hasFailed, body } = notification;
    const before = await lookUp.ledger(limits, (left) => completions.sentRequests(imageId, left));
    const record = await lookUp.record(records, imageId, limits);
    const image = 'value' in record ? record.value : null;
    const said = verdictOf(hasFailed, image, at);
    const noted =
      'value' in before
        ? await lookUp.ledger(limits, (left) => noteOnNewest(imageId, before.value, said, left))
        : before;
    const { verdict, request } = 'value' in noted ? noted.value : { verdict: said };
    recordContradiction(notification, verdict);
    const warnings = [record, noted].flatMap((result) => ('warning' in result ? result.warning : []));
    const findings = { ...(request && { request }), image, confirmed: verdict.confirmed, warnings };
    return { imageId, body, verdict, findings };
  };
}

/** The request with its completion. */
type Noted = (LedgerItem & { readonly isAmbiguous: boolean }) | undefined;
