import type { JsonObject } from '../../json.ts';
import type { Clock, Limits, Metrics } from '../../ports.ts';
import { type Completion, foundVerdict, isSettled, unknownVerdict, type Verdict } from '../completion.ts';
import { NO_RECORD } from '../image-record.ts';
import { isFinal, isUnderWay, statusOf } from '../image-status.ts';
import type { Completions } from '../ports.ts';
import type { PublishCompletion } from '../publish-completion.ts';
import { isOfRequest } from './is-of-request.ts';
import { type LookSchedule, lookAfterFailure, nextLook } from './next-look.ts';
import type { DueRequest, Looks } from './ports.ts';
import type { Seen } from './read-image.ts';

export interface LookAtRequestParts {
  readonly looks: Looks;
  readonly completions: Pick<Completions, 'sentRequests' | 'note'>;
  readonly publishCompletion: PublishCompletion;
  readonly schedule: LookSchedule;
  /** Whether the webhook is to call: then what it missed is counted. */
  readonly expectsWebhook: boolean;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** The webhook may be on its way when the sweep finds a finished image. */
export const WEBHOOK_WITHIN_MS = 2 * 60_000;

const UNKNOWN = 'the webhook was not called in time, and the record of the image does not show that it is finished';

/** Every method throws DependencyUnavailable; then the request stays due. */
export function createLookAtRequest(parts: LookAtRequestParts) {
  const { looks, completions, publishCompletion, schedule, expectsWebhook, clock, metrics } = parts;

  /** Ends the look at a request that was told as finished before any webhook. */
  async function checkWebhook({ requestId }: DueRequest, limits: Limits): Promise<void> {
    if (await looks.end(requestId, limits)) metrics.count('MissedWebhooks');
  }

  async function look(request: DueRequest, seen: Seen, limits: Limits): Promise<void> {
    if (seen.kind === 'not_allowed') return;
    const record = seen.kind === 'record' ? seen.record : null;
    const { completion } = request;
    if (completion !== undefined && isSettled(completion)) return tell(request, completion, record, limits);
    if (record !== null && isFinal(statusOf(record))) return finish(request, record, limits);
    const startedAt = startOf(request);
    const next =
      seen.kind === 'failed'
        ? lookAfterFailure(schedule, startedAt, clock.now())
        : nextLook(schedule, startedAt, clock.now());
    const wasUnderWay = request.wasUnderWay || isUnderWay(statusOf(record ?? {}));
    if (next !== undefined) return looks.again(request.requestId, next, wasUnderWay, limits);
    await giveUp(request, record, limits);
  }

  async function finish(request: DueRequest, record: JsonObject, limits: Limits): Promise<void> {
    const isCertain = isOfRequest(request, record) && !(await hasNewer(request, limits));
    await noteAndTell(request, foundVerdict(record, clock.now(), isCertain), !isCertain, record, limits);
  }

  /** Whether a newer request of the image may have been sent: then the record may be of that one. */
  async function hasNewer({ imageId, requestId }: DueRequest, limits: Limits): Promise<boolean> {
    const [newest] = await completions.sentRequests(imageId, limits);
    return newest !== undefined && newest.requestId !== requestId;
  }

  async function giveUp(request: DueRequest, record: JsonObject | null, limits: Limits): Promise<void> {
    const { completion } = request;
    if (completion !== undefined && !isUnderWay(statusOf(record ?? {}))) {
      // The webhook's word is all that anybody has. Its function may have crashed before it told it.
      const noted = await note(request, { ...completion, by: 'sweep' }, limits);
      if (noted?.completion?.by === 'sweep') await tell(request, completion, record, limits);
      return;
    }
    metrics.count('CompletionsUnknown');
    await noteAndTell(request, unknownVerdict(record, clock.now()), false, record, limits);
  }

  async function noteAndTell(
    request: DueRequest,
    verdict: Verdict,
    isAmbiguous: boolean,
    record: JsonObject | null,
    limits: Limits,
  ): Promise<void> {
    const noted = await note(request, { ...verdict, isAmbiguous }, limits);
    // The webhook was faster, and tells it. One that has expired is nobody's any more.
    if (noted?.completion?.by !== 'sweep') return;
    await tell({ ...request, ...noted }, noted.completion, record, limits);
  }

  function note({ requestId, batch, upload }: DueRequest, completion: Completion, limits: Limits) {
    const line = {
      ...(batch !== undefined && { batchId: batch.batchId }),
      ...(upload !== undefined && { line: upload.line }),
    };
    return completions.note({ requestId, state: 'succeeded', ...line }, completion, limits);
  }

  /** Publishes a completion that is recorded, and only then ends the look. */
  async function tell(
    request: DueRequest,
    completion: Completion,
    record: JsonObject | null,
    limits: Limits,
  ): Promise<void> {
    const { isAmbiguous, ...verdict } = completion;
    const { imageId, requestId } = request;
    const warnings = verdict.isUnknown ? [UNKNOWN] : record === null ? [NO_RECORD] : [];
    const findings = {
      request: { ...request, isAmbiguous },
      image: record,
      confirmed: verdict.confirmed,
      warnings,
    };
    await publishCompletion({ imageId, body: bodyOf(imageId, verdict, record), verdict, findings }, limits);
    const awaitsWebhook = expectsWebhook && verdict.by === 'sweep' && !verdict.isUnknown;
    if (!awaitsWebhook) return void (await looks.end(requestId, limits));
    await looks.awaitWebhook(requestId, completion.at, completion.at + WEBHOOK_WITHIN_MS, limits);
  }

  return { look, checkWebhook };
}

/** Epoch ms at which the endpoint accepted it. */
const startOf = ({ outcome, acceptedAt }: DueRequest): number => outcome?.at ?? acceptedAt;

/** The body that the webhook's call would have had. */
function bodyOf(imageId: string, { isUnknown, hasFailed }: Verdict, record: JsonObject | null): JsonObject {
  if (isUnknown) return { image_id: imageId };
  return { event: 'image_processed', image_id: imageId, error: hasFailed, order_id: record?.order_id ?? null };
}
