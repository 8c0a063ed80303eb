import { describe, expect, it } from 'vitest';
import { hasFailed, outcomeRow } from '../../local/outcome-row.ts';
import type { OutcomeEvent } from '../../local/outcomes.ts';
import { rowText } from '../../local/terminal/row.ts';

const request = { request_id: 'http:1', source: 'http' };
const base = {
  id: 'http:1.succeeded',
  type: 'reprocess.succeeded',
  subject: 'house',
  time: '2026-11-22T10:00:01.000Z',
};
const failed = (error: NonNullable<OutcomeEvent['data']['error']>, more = {}) => ({
  ...base,
  type: 'reprocess.failed',
  data: { request: { ...request, ...more }, error, attempts: 1 },
});
const finished = (type: string, data: OutcomeEvent['data']) => ({ ...base, type, data: { request, ...data } });

describe('an outcome is one line', () => {
  it.each<readonly [string, OutcomeEvent, string]>([
    [
      'of what succeeded',
      { ...base, data: { request, image: { status: 'processing' }, attempts: 1 } },
      'reprocess.succeeded  house  1 attempt, over http, image is processing',
    ],
    [
      'of what failed',
      {
        ...failed({ code: 'not_found', detail: 'no image' }, { source: 'sqs' }),
      },
      'reprocess.failed  house  1 attempt, over sqs, not_found: no image',
    ],
    [
      "of a file's line",
      failed(
        { code: 'invalid_request', detail: 'rating must be an integer' },
        { source: 'upload', file: 'requests/a.csv', line: 4 },
      ),
      'reprocess.failed  house  1 attempt, over upload, line 4 of requests/a.csv, invalid_request: rating must be an integer',
    ],
    [
      'of an image that is finished',
      finished('image.processed', { image: { status: 'processed', status_reason: null }, error: false }),
      'image.processed  house  over http, image is processed',
    ],
    [
      'of an image that failed: why',
      finished('image.failed', { image: { status: 'error', status_reason: 'Daily limit reached' }, error: true }),
      'image.failed  house  over http, image is error: Daily limit reached',
    ],
    [
      'of an image whose record could not be had',
      finished('image.failed', { image: null, error: true, warnings: ['the endpoint could not be asked'] }),
      'image.failed  house  over http, the endpoint could not be asked',
    ],
    ['of what tells nothing', { ...base, data: {} }, 'reprocess.succeeded  house'],
  ])('%s', (_, event, line) => {
    expect(rowText(outcomeRow(event))).toBe(`  10:00:01  ${line}`);
  });
});

describe('a failure is', () => {
  it.each<readonly [string, OutcomeEvent, boolean]>([
    ['an outcome that failed', failed({ code: 'not_found', detail: 'no image' }), true],
    ['an image that failed', finished('image.failed', {}), true],
    [
      'an image that ended in an error, whatever the webhook says',
      finished('image.processed', { image: { status: 'error' } }),
      true,
    ],
    ['no image that is processed', finished('image.processed', { image: { status: 'processed' } }), false],
    ['no success', { ...base, data: {} }, false],
  ])('%s', (_, event, isFailure) => {
    expect(hasFailed(event)).toBe(isFailure);
  });
});
