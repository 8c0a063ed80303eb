import { describe, expect, it } from 'vitest';
import { callbacksOf } from '../../chaos/accounting/callback-story.ts';
import { openCaseFile } from '../../chaos/accounting/case-file.ts';
import type { Happening } from '../../chaos/facts.ts';
import { createChance } from '../../chaos/random.ts';
import { type CallbackPlan, planCallbacks, type ReceiverPlan } from '../../chaos/scenario/callbacks.ts';
import type { HttpSubmission } from '../../chaos/scenario/submission.ts';
import { accountOf, START } from './support/story.ts';
import { runStory, type StoryRun } from './support/story-run.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FOR_EVER = 30 * DAY;
/** Requests come from then on: before, nobody may know of the callbacks. */
const BEGIN = 10 * MINUTE;

/** A partner's requests for three images, a minute apart. */
function requestsOf(partner: string, count: number, images = 3): readonly HttpSubmission[] {
  return Array.from({ length: count }, (_, index) => ({
    ref: `${partner}-${index}`,
    entryPoint: 'http',
    partner,
    at: BEGIN + index * MINUTE,
    imageId: `image-${(index % images) + 1}`,
    preferences: { ref: `${partner}-${index}` },
    idempotencyKey: `key-${index}`,
    attempts: 5,
  }));
}

const urlOf = (partner: string) => `https://${partner}.example/`;

/** A partner whose receiver takes everything but in its trouble. */
function planOf(partner: string, trouble?: ReceiverPlan['trouble'], tested: readonly number[] = []): CallbackPlan {
  const url = urlOf(partner);
  const tests = tested.map((at) => ({ at, kind: 'test' }) as const);
  return {
    partner,
    receivers: [{ url, replies: { takes: 1 }, ...(trouble && { trouble }) }],
    actions: [{ at: 0, kind: 'set', url }, ...tests],
  };
}

/** The callbacks of a partner, and how each ended. */
function storiesOf({ facts, scenario }: StoryRun, partner: string) {
  const stories = callbacksOf(openCaseFile(facts, scenario)).stories.filter((story) => story.partner === partner);
  return stories.map((story) => {
    const { image_id: imageId } = JSON.parse(story.payload).data.request;
    const taken = story.sent.find(({ reply }) => reply === 'takes')?.at;
    return { ...story, imageId, state: story.logged.at(-1)?.state, taken };
  });
}

const statesOf = (run: StoryRun, partner: string) => new Set(storiesOf(run, partner).map(({ state }) => state));

describe('callbacks', () => {
  it('are delivered to a receiver that works, though another one is dead', async () => {
    const submissions = [...requestsOf('acme', 40, 10), ...requestsOf('globex', 10)];
    const dead = planOf('acme', { from: MINUTE, until: FOR_EVER, reply: 'silent' });
    const run = await runStory('dead', 1, { submissions, callbacks: [dead, planOf('globex')] });
    expect(run.texts).toEqual([]);
    expect([statesOf(run, 'globex'), statesOf(run, 'acme')]).toEqual([new Set(['delivered']), new Set(['given_up'])]);
    // They share a batch, at the beginning, with what is waited for in vain.
    for (const { at, taken = Number.POSITIVE_INFINITY } of storiesOf(run, 'globex')) {
      expect(taken - at).toBeLessThan(30 * SECOND);
    }
  });

  it('of one image that its receiver does not take are given up, and those of the others are delivered', async () => {
    const picky = planOf('acme', { from: 0, until: FOR_EVER, reply: 'fails', subject: 'image-1' }, [30 * HOUR]);
    const run = await runStory('picky', 1, { submissions: requestsOf('acme', 12), callbacks: [picky] });
    expect(run.texts).toEqual([]);
    const ends = storiesOf(run, 'acme').map(({ imageId, state }) => `${imageId} ${state}`);
    expect(new Set(ends)).toEqual(new Set(['image-1 given_up', 'image-2 delivered', 'image-3 delivered']));
  });

  it('are paused after a day of failures alone, until a test succeeds, and then sent unless they were given up', async () => {
    const [until, tested] = [3 * DAY, 3 * DAY + HOUR];
    const failing = planOf('acme', { from: MINUTE, until, reply: 'fails' }, [tested]);
    const run = await runStory('pause', 1, { submissions: requestsOf('acme', 12), callbacks: [failing] });
    expect(run.texts).toEqual([]);
    const [{ at: paused } = { at: 0 }] = run.of('callback_paused');
    const [{ at: resumed } = { at: 0 }] = run.of('callback_resumed');
    // The last attempt before may be ten hours after the first day.
    expect(paused - run.scenario.start).toBeLessThan(DAY + 11 * HOUR);
    const sent = run.of('callback_sent').filter(({ type }) => type !== 'callback.test');
    expect(sent.filter(({ at }) => at > paused + MINUTE && at < resumed)).toEqual([]);
    const delivered = storiesOf(run, 'acme').filter(({ state }) => state === 'delivered');
    expect(delivered.length).toBeGreaterThan(6);
    for (const { taken = 0 } of delivered) expect(taken).toBeLessThan(resumed + 12 * HOUR);
  });

  it('are sent of everything from a few seconds after the PUT on, and of nothing before', async () => {
    const setAt = BEGIN + 5.5 * MINUTE;
    const { receivers } = planOf('acme');
    const late = { partner: 'acme', receivers, actions: [{ at: setAt, kind: 'set', url: urlOf('acme') }] } as const;
    const run = await runStory('late', 1, { submissions: requestsOf('acme', 12), callbacks: [late] });
    expect(run.texts).toEqual([]);
    expect(storiesOf(run, 'acme').map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'delivered'));
  });

  it('end with a 410: the callback is removed, what was queued is given up, and nothing more is sent', async () => {
    const gone = planOf('acme', { from: BEGIN + 5.5 * MINUTE, until: FOR_EVER, reply: 'gone' });
    const run = await runStory('gone', 1, { submissions: requestsOf('acme', 12), callbacks: [gone] });
    expect(run.texts).toEqual([]);
    expect(run.of('callback_removed')).toHaveLength(1);
    expect(run.of('callback_sent').filter(({ reply }) => reply === 'gone')).toHaveLength(1);
    const states = storiesOf(run, 'acme').map(({ state }) => state);
    expect(states.filter((state) => state === 'delivered')).toHaveLength(6);
    expect(states.filter((state) => state === 'given_up').length).toBeGreaterThanOrEqual(1);
    expect(run.of('published').filter(({ body }) => body.includes('"callback.removed"'))).toHaveLength(1);
  });

  it.each(['one', 'two', 'three'])(
    'end and keep their order while functions die and AWS fails: seed %s',
    async (seed) => {
      const callbacks = planCallbacks(['image-1', 'image-2', 'image-3'], createChance(seed));
      const submissions = [...requestsOf('acme', 15), ...requestsOf('globex', 15)];
      const run = await runStory(seed, 1, { submissions, callbacks, isCalm: false, mishapShare: 0.05 });
      expect(run.texts).toEqual([]);
    },
  );
});

describe('a callback whose receiver answered 410', () => {
  const partner = 'acme';
  const url = urlOf(partner);
  const set: Happening = { kind: 'callback_set', partner, url, events: [], invocation: 1 };
  const removed: Happening = { kind: 'callback_removed', partner, invocation: 2 };
  const queued = (webhookId: string): Happening => ({
    kind: 'callback_queued',
    webhookId,
    body: JSON.stringify({ partner, event_id: webhookId, type: '', at: 0, payload: '{}' }),
  });
  const gone = (webhookId: string, invocation: number): Happening => {
    const event = { eventId: webhookId, type: '', body: '{}' };
    return { kind: 'callback_sent', url, webhookId, ...event, reply: 'gone', invocation };
  };
  const isKept = (...happenings: readonly Happening[]) =>
    accountOf([], [set, queued('one'), queued('two'), ...happenings], { callbacks: [] }).broken.includes(
      'callback_kept',
    );

  it('has to be removed after that, or while another container was sending to it', () => {
    expect(isKept(gone('one', 2), removed)).toBe(false);
    expect(isKept(gone('one', 2), removed, gone('two', 3))).toBe(false);
    expect(isKept(gone('one', 2), gone('two', 3))).toBe(true);
  });

  it('has to be removed again when its partner has set it again', () => {
    expect(isKept(gone('one', 2), removed, set, gone('two', 3))).toBe(true);
    expect(isKept(gone('one', 2), removed, set, gone('two', 3), removed)).toBe(false);
  });
});

describe('an end of an image of which the results queue alone has heard', () => {
  const requestId = `http:${'a'.repeat(64)}`;
  const [standing, other] = [`${requestId}.image.processed.1`, `${requestId}.image.processed.2`];
  const type = 'image.processed';
  const set: Happening = { kind: 'callback_set', partner: 'acme', url: urlOf('acme'), events: [type], invocation: 1 };
  const known: Happening = {
    ...{ kind: 'known', requestId, imageId: 'house', preferences: '{}', source: 'http', invocation: 1 },
    ...{ partner: 'acme', acceptedAt: START },
  };
  const late = (minutes: number, happening: Happening) => ({ ...happening, at: START + minutes * MINUTE });
  const published = (eventId: string): Happening => {
    const body = JSON.stringify({ type, data: { request: { request_id: requestId } } });
    return { kind: 'published', eventId, groupId: 'house', body, isNew: true };
  };
  const queued = (eventId: string): Happening => ({
    kind: 'callback_queued',
    webhookId: eventId,
    body: JSON.stringify({ partner: 'acme', event_id: eventId, type, at: START, payload: '{}' }),
  });
  const isUntold = (...then: readonly (Happening & { readonly at: number })[]) => {
    const told = [late(20, queued(standing)), late(20, published(standing)), late(30, published(other))];
    const { broken } = accountOf([], [late(0, set), late(0, known), ...told, ...then], { callbacks: [] });
    return broken.includes('partner_untold');
  };

  it('has to be told to its partner, or after it the one that stands, which it may have heard before', () => {
    expect(isUntold()).toBe(true);
    expect(isUntold(late(31, queued(other)))).toBe(false);
    expect(isUntold(late(31, queued(standing)))).toBe(false);
  });
});
