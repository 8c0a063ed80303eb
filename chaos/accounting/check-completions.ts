import type { FactOf } from '../facts.ts';
import type { Call } from './calls.ts';
import type { CaseFile } from './case-file.ts';
import { hasFailed, isForLimit, isSettled } from './completions.ts';
import { isOfImage, typeOf } from './events.ts';
import type { Pad } from './finding.ts';
import { CLOCKS_APART, COMPLETION_WITHIN } from './promised-numbers.ts';

type Enhanced = FactOf<'enhanced'>;
type Completed = FactOf<'completed'>;

/** Every started request reaches one end, which is its own, and which is told. */
export function checkCompletions(file: CaseFile, pad: Pad): void {
  if (file.scenario.vendor === undefined) return;
  const told = toldOf(file, pad);
  checkSentAgain(file, pad);
  const enhanced = Map.groupBy(file.of('enhanced'), ({ imageId }) => imageId);
  for (const { requestId, code, at } of file.of('recorded')) {
    if (code !== 'succeeded') continue;
    const completions = file.completionsOf(requestId);
    const last = completions.at(-1);
    if (last === undefined || !isSettled(last)) pad.breach('unfinished', at, requestId);
    else if (!told.has(requestId)) pad.breach('untold', last.at, requestId);
    for (const completed of completions) {
      if (completed.isUnknown) checkUnknown(completed, at, file, pad);
      else checkAttribution(completed, enhanced.get(completed.imageId) ?? [], file, pad);
    }
    checkContradictions(requestId, completions, pad);
  }
}

/** "At most 14 times." */
const MAX_AGAIN = 14;

/** What is sent again had failed for the daily limit alone, and nothing else had. */
function checkSentAgain(file: CaseFile, pad: Pad): void {
  const known = file.of('known');
  for (const again of known) {
    const { round = 0, againFor, batchId, line } = again;
    if (againFor === undefined && (batchId === undefined || round < 2)) continue;
    const before = known.filter((other) =>
      againFor === undefined
        ? other.batchId === batchId && other.line === line && other.round === round - 1
        : other.requestId === againFor || (other.againFor === againFor && other.round === round - 1),
    );
    const hasFailedForIt = before.some(({ requestId }) => {
      return file.completionsOf(requestId).some((completed) => completed.at <= again.at && isForLimit(completed));
    });
    if (!hasFailedForIt) pad.breach('again', again.at, `${again.requestId}, round ${round}`);
    if (againFor !== undefined && round > MAX_AGAIN)
      pad.breach('again', again.at, `${again.requestId}, round ${round}`);
  }
}

interface WireEvent {
  readonly data: { readonly request?: { readonly request_id: string }; readonly confirmed: boolean | null };
}

/** The requests of which an end was told. Each event belongs to a completion that was written. */
function toldOf(file: CaseFile, pad: Pad): ReadonlySet<string> {
  const told = new Set<string>();
  for (const event of file.published.values()) {
    if (!isOfImage(event)) continue;
    const { data } = JSON.parse(event.body) as WireEvent;
    const requestId = data.request?.request_id;
    if (requestId === undefined) continue;
    told.add(requestId);
    const type = typeOf(event);
    const isWritten = file.completionsOf(requestId).some((one) => one.at <= event.at && typeFor(one) === type);
    // Each call of the webhook is told, whatever it adds to what is known.
    const isCalled = file.of('webhook').some(({ at, imageId, error }) => {
      return at <= event.at && imageId === event.groupId && type === (error ? 'image.failed' : 'image.processed');
    });
    if (!isWritten && !isCalled) pad.breach('misattributed', event.at, `${event.eventId}: nobody had said so`);
  }
  return told;
}

function typeFor({ isUnknown, hasFailed: said }: Pick<Completed, 'isUnknown' | 'hasFailed'>): string {
  if (isUnknown) return 'image.unknown';
  return said ? 'image.failed' : 'image.processed';
}

/**
 * A completion tells of an enhancement that has ended so: one of the request's own, or, where it says `ambiguous` or is not
 * confirmed, one of another request of the image.
 */
function checkAttribution(completed: Completed, enhanced: readonly Enhanced[], file: CaseFile, pad: Pad): void {
  const { requestId, at, isAmbiguous, confirmed } = completed;
  const status = hasFailed(completed) ? 'error' : 'processed';
  const ended = enhanced.filter((one) => one.at <= at && one.status === status);
  const own = new Set((file.callsFor.get(requestId) ?? []).map(({ number }) => number));
  if (ended.some(({ call }) => own.has(call))) return;
  const text = `${requestId} as ${status}${isAmbiguous ? ', ambiguous' : ''}, confirmed ${confirmed}`;
  if (ended.length === 0) {
    pad.breach('misattributed', at, `${text}: no enhancement of its image had ended so`);
    return;
  }
  if (isAmbiguous || confirmed === null) {
    pad.note('others_end', at, text);
    return;
  }
  // The record shows the enhancement that was begun last.
  const shown = ended.findLast(({ isShown }) => isShown);
  const call = file.calls.find(({ number }) => number === shown?.call);
  // Nobody knew of it: its request failed, was called once more, or it took effect late.
  if (call !== undefined && call.end?.how !== 200) {
    pad.note('others_end', at, `${text}: of call ${call.number}, whose response was lost`);
    return;
  }
  const { invocation, imageId } = completed;
  const isStale = file.of('read_ended').some((read) => {
    return read.isStale && read.invocation === invocation && (read.what === imageId || read.what.startsWith('order-'));
  });
  if (isStale) pad.note('stale_record', at, text);
  else if (call !== undefined && isMixedUp(requestId, call, file)) pad.note('mixed_order', at, text);
  else pad.breach('misattributed', at, text);
}

/**
 * The newest request is the one that was accepted last, by the clocks of those who took them. Where clocks differ, or a line waited
 * for its message, the one that was called last is another one.
 */
function isMixedUp(requestId: string, other: Call, file: CaseFile): boolean {
  const own = file.callsFor.get(requestId) ?? [];
  const acceptedAt = (id: string) => file.known.get(id)?.acceptedAt ?? 0;
  const [mine, its] = [acceptedAt(requestId), acceptedAt(other.claim?.requestId ?? '')];
  return own.every(({ at }) => at < other.at) && its <= mine;
}

/** A record is believed for an hour after the last look, if the endpoint did not respond until then. */
const GRACE = 75 * 60_000;

/** Nobody knows, a day after it was started. */
function checkUnknown({ requestId, at, imageId }: Completed, startedAt: number, file: CaseFile, pad: Pad): void {
  if (at < startedAt + COMPLETION_WITHIN - CLOCKS_APART)
    pad.breach('unfinished', at, `${requestId} ended as unknown too early`);
  // Its record tells of the latest enhancement alone.
  const acts = file.calls
    .filter((call) => call.imageId === imageId)
    .flatMap(({ number, acts: own }) => {
      return own.filter((act) => act.at <= at).map((act) => ({ number, at: act.at }));
    });
  const latest = acts.sort((one, other) => other.at - one.at)[0]?.number;
  const shown = file.of('enhanced').findLast((one) => one.call === latest && one.isShown);
  const isNews = shown !== undefined && shown.at < startedAt + COMPLETION_WITHIN - GRACE;
  if (isNews) pad.breach('unfinished', at, `${requestId} ended as unknown, and its image had ended`);
}

/** What Autoenhance's record has confirmed is kept. */
function checkContradictions(requestId: string, completions: readonly Completed[], pad: Pad): void {
  const index = completions.findIndex(({ confirmed }) => confirmed === true);
  const [kept, ...later] = index < 0 ? [] : completions.slice(index);
  for (const other of later) {
    if (kept !== undefined && hasFailed(other) !== hasFailed(kept)) pad.breach('two_ends', other.at, requestId);
  }
}
