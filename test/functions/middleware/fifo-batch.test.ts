import { expect, it } from 'vitest';
import { groupsOf } from '../../../functions/middleware/fifo-batch.ts';
import { sqsEvent, sqsRecord } from '../../support/sqs-event.ts';

it('groups a batch by image, each in the order in which it came', () => {
  const letters = ['a', 'b', 'a', 'c', 'b', 'a'];
  const records = letters.map((letter) => sqsRecord({ image_id: letter, preferences: {} }));
  const ids = records.map(({ messageId }) => messageId);
  const groups = groupsOf(sqsEvent(...records)).map((group) => group.map(({ messageId }) => ids.indexOf(messageId)));
  expect(groups).toEqual([[0, 2, 5], [1, 4], [3]]);
});
