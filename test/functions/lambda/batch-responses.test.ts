import { expect, it } from 'vitest';
import { unreadCheck } from '../../../functions/core/batch/batch.ts';
import { checkedResponse, createdResponse, encodeLeftOut } from '../../../functions/lambda/batch-responses.ts';
import { plentyOfTime, standingClock } from '../../support/fixtures.ts';

const { refusal: _, ...check } = { ...unreadCheck(''), total: 10, rejected: 3 };

it('a dry run says how many lines would be sent, without those that are rejected', () => {
  const { body } = checkedResponse(check, undefined);
  expect(JSON.parse(body ?? '')).toMatchObject({
    ...{ would_be_sent: true, counts: { total: 10, rejected: 3, accepted: 7 } },
  });
});

it('what is told of a batch that is refused too: the images of an order that are left out, for example', async () => {
  const created = { kind: 'refused', check: { ...check, refusal: 'too long' } } as const;
  const never = () => Promise.reject(new Error('nobody asks'));
  const leftOut = { left_out: [{ image_id: 'villa', reason: 'it has expired' }], left_out_count: 1 };
  const { statusCode, body } = await createdResponse(created, never, plentyOfTime(standingClock()), leftOut);
  expect([statusCode, JSON.parse(body ?? '')]).toMatchObject([422, { code: 'batch_refused', ...leftOut }]);
});

it('lines that are left out are shown up to the hundredth, and all of them are counted', () => {
  const leftOut = Array.from({ length: 101 }, (_, index) => {
    return { line: index + 2, imageId: `image-${index}`, reason: 'superseded' };
  });
  const { left_out, left_out_count } = encodeLeftOut(leftOut);
  expect([left_out.length, left_out.at(-1)?.line, left_out_count]).toEqual([100, 101, 101]);
});
