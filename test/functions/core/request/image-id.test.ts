import { describe, expect, it } from 'vitest';
import { parseImageId } from '../../../../functions/core/request/image-id.ts';

describe('parseImageId', () => {
  it.each([
    ['9f1c2a34-0000-4000-8000-123456789abc', '9f1c2a34-0000-4000-8000-123456789abc'],
    ['9F1C2A34-0000-4000-8000-123456789ABC', '9f1c2a34-0000-4000-8000-123456789abc'],
    ['Not-A-UUID_1.2~3', 'Not-A-UUID_1.2~3'],
    ['a', 'a'],
    ['...', '...'],
    ['x'.repeat(128), 'x'.repeat(128)],
  ])('takes %s as %s', (given, id) => {
    expect(parseImageId(given)).toBe(id);
  });

  it.each([['', '.', '..', 'a b', 'a/b', 'a%2fb', 'é', 'x'.repeat(129), 'a\n', 5, null, undefined, {}]].flat())(
    'refuses %j',
    (given) => {
      expect(parseImageId(given)).toBeUndefined();
    },
  );
});
