import type { FactOf } from '../facts.ts';
import { type CallbackStory, type Callbacks, callbacksOf, type Sent } from './callback-story.ts';
import type { CaseFile } from './case-file.ts';
import { typeOf } from './events.ts';
import type { Pad } from './finding.ts';
import { CALLBACK_ATTEMPTS, CALLBACK_PAUSED_AFTER, CLOCKS_APART, LIFETIME } from './promised-numbers.ts';

/** "Every callback is delivered, or visibly given up", and a receiver's 410 ends its partner's callback. */
export function checkCallbacksEnded(file: CaseFile, pad: Pad): void {
  if (file.scenario.callbacks === undefined) return;
  const callbacks = callbacksOf(file);
  for (const story of callbacks.stories) checkEnd(story, callbacks, pad);
  checkRemovals(callbacks, file, pad);
  for (const pause of file.of('callback_paused')) checkPause(pause, callbacks, pad);
}

function checkEnd(story: CallbackStory, callbacks: Callbacks, pad: Pad): void {
  const { webhookId, eventId, at, sent, resent, logged } = story;
  const last = logged.at(-1);
  if (last === undefined || last.state === 'waiting') {
    pad.breach('callback_open', last?.at ?? at, `${webhookId} of ${eventId} ${last?.state ?? 'is in no log'}`);
  }
  const delivered = logged.find(({ state }) => state === 'delivered');
  const wasTaken = [...sent, ...resent].some((each) => each.reply === 'takes' && each.at < (delivered?.at ?? 0));
  if (delivered !== undefined && !wasTaken) pad.breach('callback_false', delivered.at, `${webhookId} as delivered`);
  const givenUp = logged.find(({ state }) => state === 'given_up');
  if (givenUp !== undefined && !isFounded(givenUp, story, callbacks)) {
    pad.breach('callback_false', givenUp.at, `${webhookId} as given up, after ${sent.length} attempts`);
  }
}

/** Why a callback may be given up: its attempts, its age, a 410, or that its partner has left or does not want it. */
function isFounded(
  { at: until }: FactOf<'delivery_logged'>,
  { partner, type, at, happenedAt, sent, resent }: CallbackStory,
  { aimsOf }: Callbacks,
): boolean {
  const before = [...sent, ...resent].filter((each) => each.at <= until);
  if (before.length >= CALLBACK_ATTEMPTS || before.some(({ reply }) => reply === 'gone')) return true;
  if (until >= happenedAt + LIFETIME - CLOCKS_APART) return true;
  return aimsOf(partner, at, until).some(({ events }) => !events.includes(type));
}

/** A 410 removes the callback, of which the results queue is told; and nothing else does, but its partner. */
function checkRemovals(callbacks: Callbacks, file: CaseFile, pad: Pad): void {
  const sent = callbacks.stories.flatMap((story) => story.sent.map((each) => ({ ...each, partner: story.partner })));
  const gone = sent.filter(({ reply }) => reply === 'gone');
  for (const { partner, url, at } of gone) {
    // Two containers may send at once: then one of them removes it, and the other one is answered after that.
    const wasSet = callbacks.aimsOf(partner, at, at).some((aim) => aim.url === url);
    const hasEnded = [...file.of('callback_removed'), ...file.of('callback_set')].some(
      (fact) => fact.partner === partner && fact.at >= at,
    );
    if (wasSet && !hasEnded) pad.breach('callback_kept', at, `${partner} answered 410`);
  }
  for (const { partner, at, invocation } of file.of('callback_removed')) {
    if (!file.environmentOf(invocation).startsWith('callback-delivery')) continue;
    if (!gone.some((each) => each.partner === partner && each.at <= at)) {
      pad.breach('callback_false', at, `the callback of ${partner} was removed`);
    }
    const isTold = file.of('published').some((event) => event.at <= at && isRemoval(event, partner));
    if (!isTold) pad.breach('callback_kept', at, `nobody was told that the callback of ${partner} is removed`);
  }
}

const isRemoval = (event: FactOf<'published'>, partner: string) =>
  typeOf(event) === 'callback.removed' && event.groupId === `callback:${partner}`;

/** One that was written down as delivered a moment ago may not be known yet to whoever pauses. */
const NOTICED_WITHIN = 3 * 60_000;

/** "After a day of nothing but failures." */
function checkPause({ partner, at }: FactOf<'callback_paused'>, { stories, aimsOf }: Callbacks, pad: Pad): void {
  const [{ url } = { url: undefined }] = aimsOf(partner, at, at);
  const from = at - CALLBACK_PAUSED_AFTER + CLOCKS_APART + NOTICED_WITHIN;
  const own = stories.filter((story) => story.partner === partner);
  const hasFailed = (each: Sent) => each.url === url && each.reply !== 'takes' && each.at <= from;
  const delivered = own.flatMap(({ logged }) => logged.filter(({ state }) => state === 'delivered'));
  const lastDelivered = Math.max(0, ...delivered.map((each) => each.at).filter((time) => time < at - NOTICED_WITHIN));
  if (own.some(({ sent }) => sent.some((each) => hasFailed(each) && each.at >= lastDelivered - NOTICED_WITHIN))) return;
  pad.breach('callback_false', at, `the callback of ${partner} was paused`);
}
