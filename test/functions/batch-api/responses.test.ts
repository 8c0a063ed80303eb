import { expect, it } from 'vitest';
import { encodeLeftOut } from '../../../functions/batch-api/responses.ts';

it('of the lines that are left out, the first hundred are shown, and all are counted', () => {
  const leftOut = Array.from({ length: 101 }, (_, index) => ({ line: index + 1, imageId: 'villa', reason: 'newer' }));
  const { left_out, left_out_count } = encodeLeftOut(leftOut);
  expect(left_out).toHaveLength(100);
  expect(left_out.at(-1)).toEqual({ line: 100, image_id: 'villa', reason: 'newer' });
  expect(left_out_count).toBe(101);
});
