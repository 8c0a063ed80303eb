import { type CallbackStory, type Callbacks, callbacksOf, type Sent } from './callback-story.ts';
import type { CaseFile } from './case-file.ts';
import { isOfImage, isToldAnew } from './events.ts';
import type { Pad } from './finding.ts';
import { CALLBACK_ATTEMPTS, CALLBACK_JITTER, CALLBACK_WAITS, CLOCKS_APART } from './promised-numbers.ts';

/** Callbacks are sent in their order, at their times, as they are, and only to who wants them. */
export function checkCallbacksSent(file: CaseFile, pad: Pad): void {
  if (file.scenario.callbacks === undefined) return;
  const callbacks = callbacksOf(file);
  for (const story of callbacks.stories) {
    checkContent(story, file, pad);
    checkTimes(story, pad);
    checkRepeats(story, file, pad);
    for (const sent of story.sent) checkWanted(sent, story, callbacks, file, pad);
    checkHeldUp(story, file, pad);
  }
  const groups = Map.groupBy(callbacks.stories, ({ partner, subject }) => `${partner} ${subject}`);
  for (const group of groups.values()) checkOrder(group, pad);
}

/**
 * "The event as on the results queue", under the same id however often it is sent. Of a long one a part is left out. The end of an
 * image is told with what whoever saw it saw of it, and one of them may have reached one queue alone.
 */
function checkContent(story: CallbackStory, file: CaseFile, pad: Pad): void {
  const { webhookId, eventId, payload, sent, resent } = story;
  const published = file.of('published').filter((event) => event.eventId === eventId);
  const mayDiffer = payload.includes('"dataref"') || published.some(isOfImage);
  const isSame = (body: string) => (mayDiffer ? headOf(body) === headOf(payload) : body === payload);
  const isOvertaken = published.length === 0 && isToldAnew(story, file.of('published'));
  if (!isOvertaken && !published.some(({ body }) => isSame(body))) {
    pad.breach('callback_changed', published[0]?.at ?? 0, `${webhookId} is not what was published of ${eventId}`);
  }
  for (const { at, body } of [...sent, ...resent]) {
    if (body !== payload) pad.breach('callback_changed', at, `${webhookId} of ${eventId}`);
  }
}

/** What every telling of an event has in common. */
function headOf(body: string): string {
  const { id, type, subject } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return JSON.stringify([id, type, subject]);
}

/** "A callback is sent again 5 s, 5 min, … after the attempt before, each a tenth more or less by chance", and eight times at most. */
function checkTimes({ webhookId, sent, logged, resent }: CallbackStory, pad: Pad): void {
  for (const [index, { at, state, attempts }] of logged.entries()) {
    const most = CALLBACK_ATTEMPTS + resent.length;
    if (attempts > most) pad.breach('callback_early', at, `${webhookId} was attempted ${attempts} times`);
    // What a person sends again does not change when the next attempt is due.
    if (state !== 'waiting' || resent.length > 0 || (index > 0 && logged[index - 1]?.attempts === attempts)) continue;
    const next = sent.find((each) => each.at > at);
    const last = sent.findLast((each) => each.at <= at);
    const asked = last?.reply === 'asks' ? ASKED : 0;
    const wait = Math.max(asked, (CALLBACK_WAITS[attempts - 1] ?? 0) * (1 - CALLBACK_JITTER));
    // Where two functions had it at once, the other one is not bound by what this one has written.
    if (next === undefined || next.at >= at + wait - CLOCKS_APART || next.at - at < AT_ONCE) continue;
    pad.breach(
      'callback_early',
      next.at,
      `${webhookId} ${next.at - at} ms after attempt ${attempts}, at least ${wait} ms`,
    );
  }
}

/** Seconds that a busy receiver asks for, in ms. */
const ASKED = 60_000;
/** A batch that is handed out twice is handled by two functions at once. */
const AT_ONCE = 3000;

/** After it was recorded that a receiver took it, it is not sent again, but by whoever had read before that it waits. */
function checkRepeats({ webhookId, sent, logged }: CallbackStory, file: CaseFile, pad: Pad): void {
  const delivered = logged.find(({ state }) => state === 'delivered')?.at ?? Number.POSITIVE_INFINITY;
  for (const { at, invocation } of sent) {
    if (at > delivered + AT_ONCE && !file.isHeldUp(invocation)) pad.breach('callback_twice', at, webhookId);
  }
  const taken = sent.filter(({ reply }) => reply === 'takes');
  for (const { at } of taken.slice(1)) pad.note('callback_repeated', at, webhookId);
}

/** Whoever sends has read a moment ago where to; one that is held up, some time ago. */
const READ_BEFORE = 3000;
const HELD_UP_FOR = 3 * 60_000;

/** Nothing is sent to a receiver that has answered 410, that its partner has left, or that is paused. */
function checkWanted(
  { at, url, invocation }: Sent,
  { webhookId, partner, type }: CallbackStory,
  { aimsOf }: Callbacks,
  file: CaseFile,
  pad: Pad,
): void {
  const before = file.isHeldUp(invocation) ? HELD_UP_FOR : READ_BEFORE;
  const aims = aimsOf(partner, at - before, at);
  if (aims.some((aim) => aim.url === url && !aim.isPaused && aim.events.includes(type))) return;
  pad.breach('callback_unwanted', at, `${webhookId} to ${url}`);
}

/** Nothing is sent before what is before it, of the same partner and image, was taken or given up. */
function checkOrder(group: readonly CallbackStory[], pad: Pad): void {
  for (const [index, { webhookId, sent }] of group.entries()) {
    const first = sent[0]?.at;
    if (first === undefined) continue;
    const open = group.slice(0, index).find((before) => endedAt(before) > first);
    if (open !== undefined) pad.breach('callback_order', first, `${webhookId} before ${open.webhookId} had ended`);
  }
}

function endedAt({ sent, logged }: CallbackStory): number {
  const taken = sent.find(({ reply }) => reply === 'takes')?.at ?? Number.POSITIVE_INFINITY;
  const ended = logged.find(({ state }) => state !== 'waiting')?.at ?? Number.POSITIVE_INFINITY;
  return Math.min(taken, ended);
}

/** A deletion that fails brings a message once more, after its visibility timeout. */
const CALM_WAIT = 15 * 60_000;

/** A receiver that works is told soon, whatever the others do. */
function checkHeldUp({ webhookId, partner, at, sent }: CallbackStory, file: CaseFile, pad: Pad): void {
  const plan = file.scenario.callbacks?.find((one) => one.partner === partner);
  const isGood = plan?.receivers.every(({ replies, trouble }) => trouble === undefined && replies.fails === undefined);
  const first = sent[0]?.at ?? Number.POSITIVE_INFINITY;
  if (isGood !== true || first - at <= CALM_WAIT) return;
  const isTroubled = [...file.of('fault'), ...file.of('killed'), ...file.of('stalled'), ...file.of('cut_off')].some(
    (fact) => fact.at >= at - CALM_WAIT && fact.at <= at + CALM_WAIT && isOfDelivery(fact.invocation, file),
  );
  if (!isTroubled) pad.breach('callback_late', at, `${webhookId} was sent ${Math.round((first - at) / 1000)} s later`);
}

const isOfDelivery = (invocation: number, file: CaseFile) =>
  file.environmentOf(invocation).startsWith('callback-delivery');
