import { expect, it } from 'vitest';
import { encodeLeftOut } from '../../../functions/batch-api/responses.ts';

it('lines that are left out are shown up to the hundredth, and all of them are counted', () => {
  const leftOut = Array.from({ length: 101 }, (_, index) => {
    return { line: index + 2, imageId: `image-${index}`, reason: 'superseded' };
  });
  const { left_out, left_out_count } = encodeLeftOut(leftOut);
  expect([left_out.length, left_out.at(-1)?.line, left_out_count]).toEqual([100, 101, 101]);
});
