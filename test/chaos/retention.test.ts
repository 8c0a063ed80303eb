import { expect, it } from 'vitest';
import type { SqsSubmission } from '../../chaos/scenario/submission.ts';
import { runStory } from './support/story-run.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

/** Messages of two images, one of them behind another one. */
const submissions = Array.from({ length: 3 }, (_, index): SqsSubmission => {
  const [ref, imageId] = [`r${index}`, `image-${(index % 2) + 1}`];
  const body = JSON.stringify({ image_id: imageId, preferences: { ref }, request_id: ref });
  return {
    ref,
    entryPoint: 'sqs',
    at: index * 1000,
    groupId: imageId,
    body,
    sender: 'AROASENDER:one',
    isRequest: true,
  };
});

it.each([
  ['for 15 days, ends as expired before its queue drops it', 15 * DAY, 'expired'],
  ['for 13 days and 10 hours, is sent when it is repaired', 13 * DAY + 10 * HOUR, 'succeeded'],
])('what waits for a key that nobody repairs %s', async (_, repaired, code) => {
  const keyChanges = [
    { at: 0, secret: 'key-1', endpoint: ['key-2'] },
    { at: repaired, secret: 'key-2' },
  ];
  const { texts, of } = await runStory('siege', 1, { submissions, keyChanges });
  expect(texts).toEqual([]);
  expect(of('recorded').map((fact) => fact.code)).toEqual(submissions.map(() => code));
});
