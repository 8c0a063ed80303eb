import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeMessage } from '../../../functions/core/request/request-message.ts';
import { groupsOf } from '../../../functions/lambda/fifo-batch.ts';
import { sqsEvent, sqsRecord } from '../../support/sqs-event.ts';

it('groups a batch by image, each in the order in which it came', () => {
  const letters = ['a', 'b', 'a', 'c', 'b', 'a'];
  const records = letters.map((letter) => sqsRecord({ image_id: letter, preferences: {} }));
  const ids = records.map(({ messageId }) => messageId);
  const groups = groupsOf(sqsEvent(...records), decodeMessage).map((group) =>
    group.map(({ messageId }) => ids.indexOf(messageId)),
  );
  expect(groups).toEqual([[0, 2, 5], [1, 4], [3]]);
});

it('loses no message of a batch, and no order within an image, whatever comes together', () => {
  const batch = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 10 });
  fc.assert(
    fc.property(batch, (letters) => {
      const records = letters.map((letter) => sqsRecord({ image_id: letter, preferences: {} }));
      const groups = groupsOf(sqsEvent(...records), decodeMessage);
      const inOrder = (letter: string) => records.filter((_, at) => letters[at] === letter);
      const expected = [...new Set(letters)].map((letter) => inOrder(letter).map(({ messageId }) => messageId));
      expect(groups.map((group) => group.map(({ messageId }) => messageId))).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});
