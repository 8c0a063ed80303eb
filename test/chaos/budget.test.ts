import { expect, it } from 'vitest';
import type { Happening } from '../../chaos/facts.ts';
import { accountOf, request } from './support/story.ts';

const MINUTE = 60_000;
const limit = { calls: 10, everyMs: 10 * MINUTE };
const [one, two, three] = [request('r1'), request('r2'), request('r3')];

/** One request is called in the first window, one in the second. In between a third has waited since its middle. */
function brokenBy(...ofThird: readonly (Happening & { readonly at?: number })[]): readonly string[] {
  const later = two.all.map((step) => ({ ...step, at: 10 * MINUTE }));
  const story = [{ ...three.steps.queued, at: 0 }, ...one.all, ...ofThird, ...later];
  const submissions = [one.submission, two.submission, { ...three.submission, groupId: 'other' }];
  const { broken } = accountOf(
    submissions,
    story.map((step) => (step.kind === 'queued' && step.messageId === 'm-r3' ? { ...step, groupId: 'other' } : step)),
    { limit },
  );
  return broken.filter((rule) => rule === 'under_limit');
}

it('a window in calm is used while a request waits', () => {
  expect(brokenBy()).toEqual(['under_limit']);
});

it.each<[string, Happening]>([
  ['crashed', { kind: 'killed', invocation: 3, text: 'test' }],
  ['was cut off', { kind: 'cut_off', invocation: 3 }],
])('a request waits for no window while it is hidden because its worker %s', (_, end) => {
  const received = { ...three.steps.received, invocation: 3, at: -MINUTE };
  const hidden: Happening & { at: number } = {
    kind: 'hidden',
    messageId: 'm-r3',
    seconds: 1,
    invocation: 4,
    at: MINUTE,
  };
  expect(brokenBy({ ...three.steps.received, invocation: 4, at: 10 }, hidden)).toEqual(['under_limit']);
  expect(brokenBy(received, { ...end, at: -1 }, hidden)).toEqual([]);
});
