import type { Clock, LedgerItem, Limits, Logger, Metrics } from '../ports.ts';
import { attributeCompletion, type SentRequest } from './attribute-completion.ts';
import { completionType, type Verdict, verdictOf } from './completion.ts';
import type { Findings, ImageEvent } from './image-event.ts';
import { createLookUp, type Learnt } from './look-up.ts';
import type { Completions, ImageRecords } from './ports.ts';
import type { FinishedImage } from './webhook-notification.ts';

export interface CompleteImageParts {
  readonly completions: Completions;
  readonly records: ImageRecords;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What an event says of a finished image. Never rejects. @param at epoch ms at which the webhook came */
export type CompleteImage = (
  notification: FinishedImage,
  at: number,
  limits: Limits,
) => Promise<Pick<ImageEvent, 'type' | 'groupId'> & { readonly findings: Findings }>;

/** Asks the endpoint what really happened, and notes the completion on the request that it was for. */
export function createCompleteImage({ completions, records, ...parts }: CompleteImageParts): CompleteImage {
  const { log, metrics } = parts;
  const lookUp = createLookUp(parts);

  async function noteOn(sent: readonly SentRequest[], verdict: Verdict, limits: Limits): Promise<Learnt<Noted>> {
    const meant = attributeCompletion(sent, verdict.confirmed !== null);
    if (meant === undefined) return { value: undefined };
    const { requestId, isAmbiguous } = meant;
    return lookUp.ledger(limits, async (left) => {
      const item = await completions.note(requestId, { ...verdict, isAmbiguous }, left);
      // A repeat is as doubtful as the completion that stands: that is what a partner reads.
      return item && { ...item, isAmbiguous: item.completion?.isAmbiguous ?? isAmbiguous };
    });
  }

  function tell({ imageId }: FinishedImage, verdict: Verdict): void {
    if (verdict.hasFailed || verdict.status === 'error') metrics.count('ImageFailed');
    if (verdict.confirmed !== false) return;
    metrics.count('WebhookContradicted');
    const facts = { image_id: imageId, webhook: completionType(verdict), status: verdict.status };
    log.warn('the webhook says one thing of an image, and the endpoint another', facts);
  }

  return async (notification, at, limits) => {
    const { imageId, hasFailed } = notification;
    const [record, sent] = await Promise.all([
      lookUp.record(records, imageId, limits),
      lookUp.ledger(limits, (left) => completions.sentRequests(imageId, left)),
    ]);
    const image = 'value' in record ? record.value : null;
    const verdict = verdictOf(hasFailed, image, at);
    tell(notification, verdict);
    const noted = 'value' in sent ? await noteOn(sent.value, verdict, limits) : sent;
    const request = 'value' in noted ? noted.value : undefined;
    const warnings = [record, noted].flatMap((learnt) => ('warning' in learnt ? learnt.warning : []));
    const findings = { ...(request && { request }), image, confirmed: verdict.confirmed, warnings };
    return { type: completionType(verdict), groupId: imageId, findings };
  };
}

/** The request that was meant, once the completion stands with it. */
type Noted = (LedgerItem & { readonly isAmbiguous: boolean }) | undefined;
