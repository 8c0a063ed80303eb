import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Batch, Callback, Delivery, HandedBatch, RequestItem } from '../../client/src/index.ts';
import { historyOf, SHOWN_BY_RECORD } from '../../client/src/settings-history.ts';
import { cancelSentences } from '../../console/src/batch/cancel-sentences.ts';
import { putFlash, takeFlash } from '../../console/src/batch/flash.ts';
import { groupFailures } from '../../console/src/batch/group-failures.ts';
import { plotOf, timeTicks } from '../../console/src/batch/plot-points.ts';
import { possibleActions } from '../../console/src/batch/possible-actions.ts';
import { retryFlash } from '../../console/src/batch/retry-flash.ts';
import { countText, shareText } from '../../console/src/format/numbers.ts';
import { durationText, timeText } from '../../console/src/format/times.ts';
import { failureReason } from '../../console/src/image/failure-reason.ts';
import { isFailing, shownState } from '../../console/src/partners/callback-state.ts';
import { FORM_FIELDS } from '../../console/src/preferences/preference-fields.ts';
import { timelineOf } from '../../console/src/requests/timeline.ts';
import { hasEnded, isOpen } from '../../console/src/states.ts';
import { codeText, fieldTexts, recordTexts } from '../../console/src/texts.ts';

const HOUR = 3_600_000;

describe('what an image was asked for', () => {
  const request = (id: string, preferences: object, more: object = {}) =>
    ({ request_id: id, state: 'succeeded', life: 'finished', image: null, preferences, ...more }) as RequestItem;
  const history = historyOf([
    request('4', { enhance_type: 'warm', rating: 5 }),
    request('3', { enhance_type: 'modern', upscale: true }, { state: 'failed', life: 'failed' }),
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

  it('is not sent for what is as it was then', () => {
    const [, second, first] = historyOf([
      request('3', { hdr: false, upscale: true }),
      request('2', { hdr: true, upscale: false }),
      request('1', { hdr: false }),
    ]);
    expect([first?.wayBack, second?.wayBack]).toEqual([undefined, { hdr: true, upscale: false }]);
  });

  it('is of preferences alone, also where one has the name of something that every object has', () => {
    const odd = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3}');
    const [second, first] = historyOf([request('2', odd), request('1', { hdr: true })]);
    expect(second?.changes.map(({ before }) => before)).toEqual([undefined, undefined, undefined]);
    expect([first?.wayBack, first?.unknown]).toEqual([undefined, Object.keys(odd)]);
    expect(Object.keys(odd).map((name) => fieldTexts[name] ?? recordTexts[name] ?? codeText(name))).toEqual(
      Object.keys(odd),
    );
  });

  it('keeps what nobody knows the value of before', () => {
    expect(history.map(({ unknown }) => unknown)).toEqual([[], ['rating'], ['rating'], ['rating']]);
    expect(history[2]?.settings).toEqual({ enhance_type: 'authentic', hdr: true });
  });

  it('is what was asked for where a record shows something else, and nothing where it shows nothing', () => {
    const image = { enhance_type: 'neutral', cloud_type: null };
    const [waiting, asked] = historyOf([
      request('2', { rating: 5 }, { state: 'accepted', life: 'queued' }),
      request('1', { enhance_type: 'warm' }, { image }),
    ]);
    expect(asked?.settings).toEqual({ enhance_type: 'warm' });
    expect([waiting?.hasActed, waiting?.settings, asked?.unknown]).toEqual([false, { enhance_type: 'warm' }, []]);
  });

  it('is shown by records for each field of the form', () => {
    expect(FORM_FIELDS.map(({ name }) => name)).toEqual(SHOWN_BY_RECORD);
  });
});

describe('a timeline', () => {
  const at = '2026-11-30T10:00:00Z';
  const facts = { accepted_at: at, source: 'http', partner: 'acme', attempts: 1, preferences: {} };
  const titles = (more: object) => timelineOf({ ...facts, ...more } as RequestItem).map(({ title }) => title);

  it('tells what happened and what comes next', () => {
    expect(titles({ state: 'accepted', attempts: 0 })).toEqual(['Accepted', 'In the queue']);
    const last_error = { code: 'connection_lost', detail: 'the connection was lost' };
    const failed_attempts = [{ attempt: 1, at, code: 'connection_lost', next_attempt_at: 'x' }];
    expect(titles({ state: 'waiting', last_error, failed_attempts, next_attempt_at: 'x' })).toEqual([
      'Accepted',
      'Attempt 1',
      'Next attempt',
    ]);
    expect(titles({ state: 'waiting', last_error, waits_for: { reason: 'daily_limit' } }).at(-1)).toBe(
      'Waits for the daily limit',
    );
    const error = { title: 'All attempts failed', detail: 'x' };
    expect(titles({ state: 'failed', error })).toEqual(['Accepted', 'Failed']);
    expect(titles({ state: 'succeeded' }).at(-1)).toBe('Autoenhance is enhancing the image');
    const completion = { event: 'image.failed', confirmed: true, status_reason: 'too dark' };
    expect(titles({ state: 'succeeded', error_code: 'enhancement_failed', completion }).at(-1)).toBe(
      'The enhancement failed',
    );
  });

  it('tells through what a request came, and what else is known of its end', () => {
    const last = (more: object) => timelineOf({ ...facts, ...more } as RequestItem).at(-1);
    expect(timelineOf({ ...facts, state: 'accepted' } as RequestItem)[0]?.details).toEqual(['over HTTP by acme']);
    const { partner: _, ...own } = facts;
    expect(timelineOf({ ...own, state: 'accepted' } as RequestItem)[0]?.details).toEqual(['over HTTP']);
    expect(last({ state: 'accepted', waits_for: { reason: 'person' } })).toMatchObject({
      title: 'Waits: the account is paused',
      details: ['until somebody resumes'],
    });
    expect(last({ state: 'accepted', waits_for: { reason: 'daily_limit', until: at } })).toMatchObject({
      at,
      details: [],
    });
    const error = { title: 'Gave up', detail: 'no answer came', may_have_acted: true };
    expect(last({ state: 'failed', error })?.details).toEqual([
      'Gave up',
      'no answer came',
      'The answer was lost, so the enhancement may have started.',
    ]);
    const completion = { event: 'image.failed', confirmed: false, status_reason: 'too dark' };
    expect(last({ state: 'succeeded', error_code: 'enhancement_failed', completion })).toMatchObject({
      details: ['too dark', 'Autoenhance’s record does not confirm it.'],
      tone: 'bad',
    });
    expect(last({ state: 'succeeded', error_code: 'completion_unknown' })).toMatchObject({
      title: 'Nobody knows how it ended',
      tone: 'bad',
    });
  });

  it('tells of each attempt why it failed and until when was waited, and which are not known', () => {
    const next = '2026-11-30T10:05:00Z';
    const failed = (attempt: number, code: string, status?: number) => ({
      attempt,
      at,
      code,
      status,
      next_attempt_at: next,
    });
    const steps = timelineOf({
      ...facts,
      state: 'succeeded',
      attempts: 9,
      failed_attempts: [
        failed(3, 'refused_for_now', 429),
        failed(4, 'account_refused', 401),
        failed(4, 'connection_lost'),
        failed(6, 'refused_for_now', 503),
        failed(7, 'api_key_unavailable'),
        failed(7, 'call_not_started'),
      ],
    } as unknown as RequestItem);
    const untold = 'Not known any more: the last ten are kept, and nothing of an attempt that was interrupted.';
    expect(steps.slice(1, -2).map(({ title, details, until }) => [title, details, until])).toEqual([
      ['Attempts 1 to 2', [untold], undefined],
      ['Attempt 3', ['Autoenhance had too many calls: it answered 429.'], next],
      ['Attempt 4', ['Autoenhance refused the account: it answered 401.', 'This does not count as an attempt.'], next],
      ['Attempt 4', ['The connection was lost. The enhancement may have started.'], next],
      ['Attempt 5', [untold], undefined],
      ['Attempt 6', ['Autoenhance answered 503.'], next],
      ['Attempt 7', ['The key for Autoenhance could not be read.', 'This does not count as an attempt.'], next],
      [
        'Attempt 7',
        ['There was too little time left to call Autoenhance.', 'This does not count as an attempt.'],
        next,
      ],
      ['Attempts 7 to 8', [untold], undefined],
    ]);
  });

  it('tells when each step was', () => {
    const times = (more: object) => {
      const steps = timelineOf({ ...facts, ended_at: '10:01', completed_at: '10:02', ...more } as RequestItem);
      return steps.map((step) => step.at);
    };
    expect(times({ state: 'failed', error: {} })).toEqual([at, '10:01']);
    const completion = { event: 'image.processed', confirmed: true };
    expect(times({ state: 'succeeded', completion })).toEqual([at, '10:01', '10:02']);
    expect(times({ state: 'succeeded', completion, error_code: 'enhancement_failed' }).at(-1)).toBe('10:02');
    expect(times({ state: 'succeeded', error_code: 'completion_unknown' }).at(-1)).toBe('10:02');
    const failed_attempts = [{ attempt: 1, at: '10:03', code: 'connection_lost', next_attempt_at: '10:04' }];
    expect(times({ state: 'waiting', failed_attempts, next_attempt_at: '10:05' })).toEqual([at, '10:03', '10:05']);
  });

  it('says nothing of a record that could not be asked', () => {
    const completion = { event: 'image.processed', confirmed: null };
    expect(timelineOf({ ...facts, state: 'succeeded', completion } as RequestItem).at(-1)?.details).toEqual([]);
  });

  it('has callbacks in their order, each with its last attempt', () => {
    const delivery = (type: string, attempts: readonly object[]) =>
      ({ type, time: 'earlier', state: 'given_up', attempts: 2, last_attempts: attempts }) as unknown as Delivery;
    const completion = { event: 'image.processed', confirmed: true };
    const steps = timelineOf({ ...facts, state: 'succeeded', completion } as RequestItem, [
      delivery('image.processed', [
        { at: '10:03', error: 'it answered 502' },
        { at: '10:04', error: 'it answered 503' },
      ]),
      delivery('image.unknown', []),
    ]);
    expect(steps.slice(-2).map((step) => [step.title, step.at, step.details.at(-1)])).toEqual([
      ['Callback to say that nobody knows how it ended', 'earlier', 'Given up after 2 attempts.'],
      ['Callback to say that it is finished', '10:04', 'it answered 503'],
    ]);
  });

  it('tells after each piece of news what became of its callback', () => {
    const delivery = (type: string, state: string, attempts: number, error: string | null, next: string | null) =>
      ({
        type,
        time: 'earlier',
        state,
        attempts,
        next_attempt_at: next,
        last_attempts: [{ at, error }],
      }) as unknown as Delivery;
    const completion = { event: 'image.processed', confirmed: true };
    const steps = timelineOf({ ...facts, state: 'succeeded', completion } as RequestItem, [
      delivery('image.processed', 'waiting', 2, 'the receiver answered 502', 'later'),
      delivery('reprocess.succeeded', 'delivered', 3, null, null),
    ]);
    expect([steps[2]?.at, steps[4]?.at]).toEqual([at, at]);
    expect(steps.slice(1).map(({ title, details, until, tone }) => [title, details, until, tone])).toEqual([
      ['Started by Autoenhance', ['at the first attempt'], undefined, 'done'],
      ['Callback to say that it started', ['Delivered at the 3rd attempt.'], undefined, 'good'],
      ['Finished', [], undefined, 'good'],
      [
        'Callback to say that it is finished',
        ['Not delivered yet: 2 attempts failed.', 'the receiver answered 502'],
        'later',
        'next',
      ],
    ]);
    const failed = { ...facts, state: 'failed', error: { title: 'x', detail: 'y' } } as RequestItem;
    const givenUp = delivery('reprocess.failed', 'given_up', 8, 'the receiver answered 410', null);
    expect(timelineOf(failed, [givenUp]).at(-1)).toMatchObject({
      title: 'Callback to say that it failed',
      details: ['Given up after 8 attempts.', 'the receiver answered 410'],
      tone: 'bad',
    });
  });

  it('tells more of the attempt that a request waits after', () => {
    const wait = { state: 'waiting', next_attempt_at: 'y', last_error: { code: 'x', detail: 'read ECONNRESET' } };
    const failed = (attempt: number, next_attempt_at: string) => ({
      attempt,
      at,
      code: 'connection_lost',
      next_attempt_at,
    });
    const failed_attempts = [failed(1, 'x'), failed(2, 'y')];
    const steps = timelineOf({ ...facts, ...wait, attempts: 2, failed_attempts } as unknown as RequestItem);
    expect(steps.map(({ details }) => details.includes('read ECONNRESET'))).toEqual([false, false, true, false]);
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
    expect(plot).toMatchObject({ total: 10, from: now - HOUR, end: now + HOUR, to: now + HOUR });
    expect(plotOf({ ...batch, counts: { ...batch.counts, finished: 0, failed: 0 } }, now)).toBeUndefined();
    expect(plotOf(batch, now + 2 * HOUR)).toMatchObject({ end: now + 2 * HOUR, to: now + 2 * HOUR });
    expect(plotOf({ ...batch, started_at: null }, now)?.from).toBe(Date.parse(batch.created_at));
  });

  it('of a batch that has ended ends there, without what was noted later', () => {
    const late = { at: '2026-11-30T10:50:00Z', started: 0, finished: 9, failed: 9 };
    const ended = { ...batch, finished_at: '2026-11-30T10:40:00Z', progress: [...batch.progress, late] } as Batch;
    const plot = plotOf(ended, now);
    expect(plot).toMatchObject({ end: undefined, to: Date.parse('2026-11-30T10:40:00Z') });
    expect(plot?.points.map(({ finished }) => finished)).toEqual([0, 2, 4]);
  });

  it('has no point before the first line was sent, and a width where all ended at once', () => {
    const early = { at: '2026-11-30T09:59:30Z', started: 0, finished: 0, failed: 0 };
    expect(plotOf({ ...batch, progress: [early, ...batch.progress] }, now)?.points.map(({ at }) => at)).toEqual([
      now - HOUR,
      now - HOUR / 2,
      now,
    ]);
    const atOnce = plotOf({ ...batch, finished_at: batch.started_at }, now);
    expect(atOnce).toMatchObject({ from: now - HOUR, to: now - HOUR + 1000 });
  });

  it('of many days has ticks some days apart', () => {
    const day = Date.parse('2026-11-01T00:00:00Z');
    expect(timeTicks(day, day + 240 * HOUR, 4, () => 0)).toEqual([2, 5, 8].map((days) => day + days * 24 * HOUR));
  });

  it('of some days has no day twice, however wide it is, and its days begin at midnight after the clocks were changed', () => {
    const day = Date.parse('2026-10-24T00:00:00Z');
    const clockBack = day + 25 * HOUR;
    const ticks = timeTicks(day - HOUR, day + 72 * HOUR, 20, (at) => (at < clockBack ? HOUR : 0));
    expect(ticks).toEqual([day - HOUR, day + 23 * HOUR, day + 48 * HOUR, day + 72 * HOUR]);
  });

  it('has ticks at round times of the viewer', () => {
    const day = Date.parse('2026-11-30T00:00:00Z');
    expect(timeTicks(day + HOUR, day + 4.5 * HOUR, 4, () => 0)).toEqual([1, 2, 3, 4].map((hour) => day + hour * HOUR));
    expect(timeTicks(day + HOUR, day + 60 * HOUR, 3, () => 2 * HOUR)).toEqual([day + 22 * HOUR, day + 46 * HOUR]);
  });
});

it('a day of the daily limit is a day of UTC, wherever whoever looks is', async () => {
  vi.stubEnv('TZ', 'America/St_Johns');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  vi.resetModules();
  const times = await import('../../console/src/format/times.ts');
  const start = new Date('2026-11-28T00:00:00Z');
  expect([times.dayText(start), times.utcDayText(start)]).toEqual(['Fri 27 Nov', 'Sat 28 Nov']);
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
  expect([shareText(0, 10), shareText(1, 3000), shareText(50, 1000), shareText(2999, 3000), shareText(5, 5)]).toEqual([
    '0%',
    '<1%',
    '5%',
    '99%',
    '100%',
  ]);
  expect(shareText(0, 0)).toBe('0%');
  expect([-5000, 900, 60_000, 61_000, 90 * 60_000, 50 * HOUR].map(durationText)).toEqual([
    '0 seconds',
    '1 second',
    '1 minute',
    '1 minute',
    '2 hours',
    '2 days',
  ]);
  expect([0, 1, 3000].map((count) => countText(count, 'line'))).toEqual(['0 lines', '1 line', '3,000 lines']);
});

it('a time is as short as it can be without doubt, as whoever looks counts the days', () => {
  const at = (month: number, day: number, year = 2026) => new Date(year, month - 1, day, 14, 32, 5).toISOString();
  const now = new Date(2026, 10, 30, 9, 0).getTime();
  expect(
    [at(11, 30), at(11, 29), at(12, 1), at(12, 4), at(1, 5), at(12, 24, 2027)].map((time) => timeText(time, now)),
  ).toEqual(['today, 14:32', 'yesterday, 14:32', 'tomorrow, 14:32', 'Fri 4 Dec, 14:32', '5 Jan 2026', '24 Dec 2027']);
  expect(timeText(at(11, 30), now, true)).toBe('today, 14:32:05');
});

it('what is to be said on the page of a batch is said there once, and on no other', () => {
  const flash = { batchId: 'b_1', note: 'It was handed over.' };
  putFlash(flash);
  expect([takeFlash('b_1'), takeFlash('b_1')]).toEqual([flash, undefined]);
  putFlash(flash);
  expect([takeFlash('b_2'), takeFlash('b_1')]).toEqual([undefined, undefined]);
});

it('a batch is open, and a request has not ended, as long as something becomes of it', () => {
  const states = ['checking', 'running', 'paused', 'finished', 'cancelled', 'refused'] as const;
  expect(states.filter((state) => isOpen({ state, finished_at: null }))).toEqual([
    'checking',
    'running',
    'paused',
    'cancelled',
  ]);
  expect(isOpen({ state: 'cancelled', finished_at: '2026-11-30T10:00:00Z' })).toBe(false);
  const lives = ['queued', 'waiting', 'started', 'finished', 'failed'] as const;
  expect(lives.filter((life) => hasEnded({ life }))).toEqual(['finished', 'failed']);
});

it.each([
  [{ state: 'failed', error: { detail: 'there is no such image' } }, 'there is no such image'],
  [{ state: 'succeeded', error_code: 'enhancement_failed', completion: { status_reason: 'too dark' } }, 'too dark'],
  [{ state: 'succeeded', error_code: 'enhancement_failed' }, 'Autoenhance could not enhance the image.'],
  [{ state: 'succeeded' }, undefined],
  [{ state: 'accepted' }, undefined],
])('of %j the reason is %s', (request, reason) => {
  expect(failureReason(request as RequestItem)).toBe(reason);
});

describe('a batch', () => {
  const NONE = { total: 9, waiting: 0, queued: 0, started: 0, finished: 0, failed: 0, rejected: 0, cancelled: 0 };
  const batch = (state: Batch['state'], counts: object = {}, more: object = {}) =>
    ({ batch_id: 'b_2', state, counts: { ...NONE, ...counts }, finished_at: null, ...more }) as Batch;
  const ended = { finished_at: '2026-11-30T10:00:00Z' };
  const possible = (of: Batch) => {
    const actions = Object.entries(possibleActions(of));
    return actions.flatMap(([name, isPossible]) => (isPossible ? [name] : []));
  };

  it('offers what can be done with it now', () => {
    const lines = { waiting: 3, failed: 2 };
    expect(possible(batch('checking', lines))).toEqual(['canBePaused', 'canBeCancelled']);
    expect(possible(batch('running', lines))).toEqual(['canBePaused', 'canBeCancelled', 'hasResults']);
    expect(possible(batch('running', { queued: 3, failed: 2 }))).toEqual(['canBePaused', 'hasResults']);
    expect(possible(batch('paused', lines))).toEqual(['canBeResumed', 'canBeCancelled', 'hasResults']);
    expect(possible(batch('paused', { queued: 3, failed: 2 }))).toEqual(['canBeResumed', 'hasResults']);
    // What was started goes on.
    expect(possible(batch('cancelled', { started: 1, failed: 2 }))).toEqual(['hasResults']);
    expect(possible(batch('cancelled', { failed: 2 }, ended))).toEqual(['canBeRetried', 'hasResults']);
    expect(possible(batch('finished', { failed: 2 }, ended))).toEqual(['canBeRetried', 'hasResults']);
    expect(possible(batch('finished', {}, ended))).toEqual(['hasResults']);
    expect(possible(batch('refused', {}, ended))).toEqual([]);
  });

  it('has results of up to 20,000 lines while it is running, and of all at its end', () => {
    const withResults = [
      batch('running', { total: 20_000 }),
      batch('running', { total: 20_001 }),
      batch('finished', { total: 20_001 }, ended),
    ].map((each) => possibleActions(each).hasResults);
    expect(withResults).toEqual([true, false, true]);
  });

  it('says before a cancel what becomes of how many lines', () => {
    const counts = { waiting: 3000, queued: 1, started: 2, finished: 4, failed: 1 };
    expect(cancelSentences(batch('running', counts))).toEqual([
      '3,000 lines will not be sent.',
      '3 lines are queued or started and will go on to their end.',
      '5 lines have ended and stay as they are.',
      'Cancelling cannot be undone.',
    ]);
    expect(cancelSentences(batch('checking'))).toEqual([
      'The batch is still being checked: nothing of it will be sent.',
      'Cancelling cannot be undone.',
    ]);
  });

  it('that sends failed lines again says how many, and which it left out', () => {
    const made = (more: object) => batch('checking', {}, { retry_of: 'b_1', ...more }) as unknown as HandedBatch;
    expect(retryFlash(made({}))).toEqual({
      batchId: 'b_2',
      note: '9 failed lines handed over again as this batch.',
    });
    const left_out = [{ line: 7, reason: 'a newer request exists' }, { reason: 'it is gone' }];
    const details = ['Line 7: a newer request exists', 'it is gone'];
    expect(retryFlash(made({ note: 'It was there.', left_out, left_out_count: 120 }))).toEqual({
      batchId: 'b_2',
      note: 'It was there.',
      details: ['120 lines left out, since a newer request exists:', ...details],
    });
    expect(retryFlash(made({ left_out })).details?.[0]).toMatch(/^2 lines left out/);
  });
});

it('a callback that is paused reaches nobody, as one that fails, and is shown as paused', () => {
  const since = '2026-11-30T10:00:00Z';
  const paused = { since, detail: 'it failed for a day' } as unknown as Callback['paused'];
  const callbacks = [
    { paused: null, failing_since: null },
    { paused: null, failing_since: since },
    { paused, failing_since: null },
    { paused, failing_since: since },
  ];
  expect(callbacks.map(shownState)).toEqual(['active', 'failing', 'paused', 'paused']);
  expect(callbacks.map(isFailing)).toEqual([false, true, true, true]);
});
