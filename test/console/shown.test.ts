import { describe, expect, it } from 'vitest';
import type { Batch, RequestItem } from '../../client/src/index.ts';
import { historyOf, SHOWN_BY_RECORD } from '../../client/src/settings-history.ts';
import { groupFailures } from '../../console/src/batch/group-failures.ts';
import { plotOf, timeTicks } from '../../console/src/batch/plot-points.ts';
import { shareText } from '../../console/src/format/numbers.ts';
import { durationText } from '../../console/src/format/times.ts';
import { FORM_FIELDS } from '../../console/src/new-batch/preference-fields.ts';
import { timelineOf } from '../../console/src/requests/timeline.ts';

const HOUR = 3_600_000;

describe('what an image was asked for', () => {
  const request = (id: string, preferences: object, more: object = {}) =>
    ({ request_id: id, state: 'succeeded', life: 'finished', image: null, preferences, ...more }) as RequestItem;
  const history = historyOf([
    request('4', { enhance_type: 'warm', rating: 5 }),
    request('3', { enhance_type: 'modern' }, { state: 'failed', life: 'failed' }),
    request('2', { enhance_type: 'authentic', hdr: true }),
    request('1', { hdr: false }, { image: { enhance_type: 'neutral', status: 'processing' } }),
  ]);
  const changesOf = (index: number) => history[index]?.changes.map(({ name, before, after }) => [name, before, after]);

  it('is compared with the settings before, as requests and records show them', () => {
    expect(changesOf(3)).toEqual([['hdr', undefined, false]]);
    expect(changesOf(2)).toEqual([
      ['enhance_type', 'neutral', 'authentic'],
      ['hdr', false, true],
    ]);
    // What failed changed nothing.
    expect(changesOf(0)?.[0]).toEqual(['enhance_type', 'authentic', 'warm']);
  });

  it('can be gone back to by what has changed since, as far as it is known', () => {
    expect(history.map(({ wayBack }) => wayBack)).toEqual([
      undefined,
      undefined,
      { enhance_type: 'authentic' },
      { enhance_type: 'neutral', hdr: false },
    ]);
  });

  it('keeps what nobody knows the value of before', () => {
    expect(history.map(({ unknown }) => unknown)).toEqual([[], ['rating'], ['rating'], ['rating']]);
    expect(history[2]?.settings).toEqual({ enhance_type: 'authentic', hdr: true });
  });

  it('is shown by records for each field of the form', () => {
    expect(FORM_FIELDS.map(({ name }) => name)).toEqual(SHOWN_BY_RECORD);
  });
});

describe('a timeline', () => {
  const facts = { accepted_at: '2026-11-30T10:00:00Z', source: 'http', partner: 'acme', attempts: 3, preferences: {} };
  const titles = (more: object) => timelineOf({ ...facts, ...more } as RequestItem).map(({ title }) => title);

  it('tells what happened and what comes next', () => {
    expect(titles({ state: 'accepted', attempts: 0 })).toEqual(['Accepted', 'In the queue']);
    const last_error = { code: 'connection_lost', detail: 'the connection was lost' };
    expect(titles({ state: 'waiting', last_error, next_attempt_at: 'x' })).toEqual([
      'Accepted',
      '3 attempts failed',
      'Next attempt',
    ]);
    expect(titles({ state: 'waiting', last_error, waits_for: { reason: 'daily_limit' } }).at(-1)).toBe(
      'Waits for the daily limit',
    );
    const error = { title: 'All attempts failed', detail: 'x' };
    expect(titles({ state: 'failed', error })).toEqual(['Accepted', '3 attempts failed', 'Failed']);
    expect(titles({ state: 'succeeded' }).at(-1)).toBe('Autoenhance is enhancing the image');
    const completion = { event: 'image.failed', confirmed: true, status_reason: 'too dark' };
    expect(titles({ state: 'succeeded', error_code: 'enhancement_failed', completion }).at(-1)).toBe(
      'The enhancement failed',
    );
  });
});

describe('a plot', () => {
  const batch = {
    counts: { total: 11, rejected: 1, finished: 4, failed: 1 },
    created_at: '2026-11-30T09:59:00Z',
    started_at: '2026-11-30T10:00:00Z',
    finished_at: null,
    expected_end: '2026-11-30T12:00:00Z',
    progress: [{ at: '2026-11-30T10:30:00Z', started: 0, finished: 2, failed: 0 }],
  } as unknown as Batch;
  const now = Date.parse('2026-11-30T11:00:00Z');

  it('leads from the first line sent to now, and on to the expected end', () => {
    const plot = plotOf(batch, now);
    expect(plot?.points.map(({ finished, failed }) => [finished, failed])).toEqual([
      [0, 0],
      [2, 0],
      [4, 1],
    ]);
    expect(plot).toMatchObject({ total: 10, end: now + HOUR, to: now + HOUR });
    expect(plotOf({ ...batch, counts: { ...batch.counts, finished: 0, failed: 0 } }, now)).toBeUndefined();
  });

  it('has ticks at round times of the viewer', () => {
    const day = Date.parse('2026-11-30T00:00:00Z');
    expect(timeTicks(day + HOUR, day + 4.5 * HOUR, 4, 0)).toEqual([1, 2, 3, 4].map((hour) => day + hour * HOUR));
    expect(timeTicks(day + HOUR, day + 60 * HOUR, 3, 2 * HOUR)).toEqual([day + 22 * HOUR, day + 46 * HOUR]);
  });
});

it('failed lines are grouped by code, and reasons within, the most frequent first', () => {
  const line = (code: string, reason: string) => ({ line: 1, state: 'failed', attempts: 1, code, reason }) as const;
  const lines = [line('a', 'x'), line('b', 'y'), line('b', 'z'), line('b', 'z')];
  expect(groupFailures(lines)).toEqual([
    {
      code: 'b',
      count: 3,
      reasons: [
        { reason: 'z', count: 2 },
        { reason: 'y', count: 1 },
      ],
    },
    { code: 'a', count: 1, reasons: [{ reason: 'x', count: 1 }] },
  ]);
});

it('a share is whole only when all is done, and durations have one unit', () => {
  expect([shareText(0, 10), shareText(1, 3000), shareText(2999, 3000), shareText(5, 5)]).toEqual([
    '0%',
    '<1%',
    '99%',
    '100%',
  ]);
  expect([900, 61_000, 90 * 60_000, 50 * HOUR].map(durationText)).toEqual([
    '1 second',
    '1 minute',
    '2 hours',
    '2 days',
  ]);
});
