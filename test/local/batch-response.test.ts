import { describe, expect, it } from 'vitest';
import { handledMessages } from '../../local/event-sources/batch-response.ts';

const BATCH = ['one', 'two'];
const failures = (...identifiers: unknown[]) => ({
  batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('with ReportBatchItemFailures, of a batch of two', () => {
  it.each([
    ['both are handled when the list is empty', failures(), BATCH],
    ['both are handled when the list is null', { batchItemFailures: null }, BATCH],
    ['both are handled when the response is null', null, BATCH],
    ['both are handled when the response is an empty object', {}, BATCH],
    ['one is handled when the other is reported', failures('one'), ['two']],
    ['none is handled when both are reported', failures('two', 'one'), []],
    ['none is handled when an id is null', failures('one', null), []],
    ['none is handled when an id is empty', failures(''), []],
    ['none is handled when an id is not in the batch', failures('three'), []],
    ['none is handled when an item has another key', { batchItemFailures: [{ messageId: 'one' }] }, []],
    ['none is handled when the list is none', { batchItemFailures: 'one' }, []],
    ['none is handled when the response is text', 'done', []],
  ])('%s', (_, answer, expected) => {
    expect(handledMessages(BATCH, { payload: JSON.stringify(answer) }, true)).toEqual(expected);
  });

  it('none is handled when the function failed', () => {
    const error = { errorType: 'Error', errorMessage: 'no' };
    expect(handledMessages(BATCH, { error }, true)).toEqual([]);
  });
});

describe('without ReportBatchItemFailures', () => {
  it('all are handled, whatever the response says', () => {
    expect(handledMessages(BATCH, { payload: JSON.stringify(failures('one')) }, false)).toEqual(BATCH);
  });

  it('none is handled when the function failed', () => {
    expect(handledMessages(BATCH, { error: { errorType: 'Error', errorMessage: 'no' } }, false)).toEqual([]);
  });
});
