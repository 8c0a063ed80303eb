import type { FactOf } from '../facts.ts';
import { type Callbacks, callbacksOf } from './callback-story.ts';
import type { CaseFile } from './case-file.ts';
import { isToldAnew, typeOf } from './events.ts';
import type { Pad } from './finding.ts';
import { CALLBACK_KNOWN_FOR, CLOCKS_APART } from './promised-numbers.ts';

/** "A partner's event is in the queue of callbacks before its request's message is acknowledged." */
export function checkCallbacksQueued(file: CaseFile, pad: Pad): void {
  if (file.scenario.callbacks === undefined) return;
  const callbacks = callbacksOf(file);
  const queued = new Map(callbacks.stories.map(({ partner, eventId, at }) => [`${partner} ${eventId}`, at]));
  const acknowledged = acknowledgements(file);
  const tellings = tellingsByPartner(file);
  for (const [eventId, events] of Map.groupBy(file.of('published'), (event) => event.eventId)) {
    const [first] = events;
    const partner = first && partnerOf(first, file);
    if (first === undefined || partner === undefined) continue;
    const last = events.at(-1) ?? first;
    if (!isWanted(partner, typeOf(first), first.at, last.at, callbacks, file)) continue;
    const at = queued.get(`${partner} ${eventId}`);
    const ended = acknowledged.get(eventId) ?? Number.POSITIVE_INFINITY;
    if (at === undefined && isToldAnew(first, tellings.get(partner) ?? [])) continue;
    if (at === undefined) pad.breach('partner_untold', first.at, `${eventId} of ${partner}`);
    else if (at > ended) pad.breach('partner_untold', ended, `${eventId} of ${partner} before it was queued`);
  }
}

/** Each time that a callback was queued: one that was queued before may be queued again, since its event is what stands. */
function tellingsByPartner(file: CaseFile) {
  const tellings = file.of('callback_queued').map(({ body, at }) => {
    const { partner, event_id: eventId } = JSON.parse(body) as { readonly partner: string; readonly event_id: string };
    return { partner, eventId, at };
  });
  return Map.groupBy(tellings, ({ partner }) => partner);
}

/** When the first message of a request was deleted, by the ids of its outcomes. */
function acknowledgements(file: CaseFile): ReadonlyMap<string, number> {
  const deleted = new Map(file.of('deleted').map(({ messageId, at }) => [messageId, at]));
  const times = new Map<string, number>();
  for (const { messageId, eventIds } of file.messages) {
    const at = deleted.get(messageId);
    for (const id of at === undefined ? [] : eventIds) times.set(id, Math.min(at ?? 0, times.get(id) ?? at ?? 0));
  }
  return times;
}

/** Whose request or batch an event is about. */
function partnerOf({ body, groupId, eventId }: FactOf<'published'>, file: CaseFile): string | undefined {
  const { data } = JSON.parse(body) as { readonly data: { readonly request?: { readonly request_id?: string } } };
  const batch = file.of('batch_made').find(({ batchId }) => batchId === groupId);
  if (batch !== undefined) return /^requests\/partners\/([^/]+)\//.exec(batch.key)?.[1];
  // Of a message under a used id it is told whose that was.
  if (eventId.includes('.reused.')) return undefined;
  return partners(file).get(data.request?.request_id ?? '');
}

const known = new WeakMap<CaseFile, ReadonlyMap<string, string | undefined>>();

function partners(file: CaseFile): ReadonlyMap<string, string | undefined> {
  const found = known.get(file) ?? new Map(file.of('known').map(({ requestId, partner }) => [requestId, partner]));
  known.set(file, found);
  return found;
}

/** A function that is held up may go by what it has read for as long. */
const HELD_UP_FOR = 3 * 60_000;
const LOOKED_WITHIN = 2000;
/** The event is in the results queue a moment before the callback is queued, and whoever died in between comes again. */
const QUEUED_WITHIN = 60_000;

/** Whether its partner has wanted to be told of it all the time. */
function isWanted(
  partner: string,
  type: string,
  from: number,
  until: number,
  { aimsOf }: Callbacks,
  file: CaseFile,
): boolean {
  const isTroubled = file.of('stalled').length + file.of('fault').length > 0;
  const before = CALLBACK_KNOWN_FOR + CLOCKS_APART + (isTroubled ? HELD_UP_FOR : LOOKED_WITHIN);
  const aims = aimsOf(partner, from - before, until + QUEUED_WITHIN);
  return aims.length > 0 && aims.every(({ events }) => events.includes(type));
}
