import { expect, it } from 'vitest';
import type { Happening } from '../../chaos/facts.ts';
import { accountOf, request } from './support/story.ts';

const MINUTE = 60_000;
const limit = { calls: 10, everyMs: 5 * MINUTE };
const [one, two, three] = [request('r1'), request('r2'), request('r3')];

type Timed = Happening & { readonly at: number };

/** One request is called in a window, one in the next. A third, of another image, has waited since the window before. */
function brokenBy(before: readonly Timed[], after: readonly Timed[]): readonly string[] {
  const queued = { ...three.steps.queued, groupId: 'other', at: -2 * MINUTE };
  const later = two.all.map((step) => ({ ...step, at: 5 * MINUTE }));
  const submissions = [one.submission, two.submission, { ...three.submission, groupId: 'other' }];
  const { broken } = accountOf(submissions, [queued, ...before, ...one.all, ...after, ...later], { limit });
  return broken.filter((rule) => rule === 'under_limit');
}

it('a window in calm is used while a request waits', () => {
  expect(brokenBy([], [])).toEqual(['under_limit']);
});

it.each<[string, Happening]>([
  ['crashed', { kind: 'killed', invocation: 3, text: 'test' }],
  ['was cut off', { kind: 'cut_off', invocation: 3 }],
  ['could not give it back', { kind: 'fault', text: 'ChangeMessageVisibility: lost', invocation: 3 }],
])('a request waits for no window to whose end it is hidden because its worker %s', (_, end) => {
  const { received } = three.steps;
  const receive = (at: number): readonly Timed[] => [
    { ...received, invocation: 3, at },
    { ...end, at: at + 1 },
  ];
  const nearReset: readonly Timed[] = [
    { ...received, invocation: 4, count: 2, at: 5 * MINUTE - 8000 },
    { kind: 'hidden', messageId: 'm-r3', seconds: 16, invocation: 4, at: 5 * MINUTE - 7900 },
  ];
  const [tooLate, inTime] = [-MINUTE - 8000, -2 * MINUTE];
  expect(brokenBy(receive(tooLate), nearReset)).toEqual([]);
  expect(brokenBy(receive(inTime), nearReset)).toEqual(['under_limit']);
  expect(brokenBy([{ ...received, invocation: 3, at: tooLate }], nearReset)).toEqual(['under_limit']);
});
