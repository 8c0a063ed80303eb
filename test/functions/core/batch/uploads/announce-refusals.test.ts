import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type BatchCheck, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import type { ReadLines } from '../../../../../functions/core/batch/reading/read-lines.ts';
import { createAnnounceRefusals } from '../../../../../functions/core/batch/uploads/announce-refusals.ts';
import { FileTakenOver } from '../../../../../functions/core/batch/uploads/file-lease.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import type { OutcomeEvent } from '../../../../../functions/core/outcome/outcome.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const upload = { bucket: 'uploads', key: 'requests/a.ndjson', version: 'v1' };
const { refusal: _, ...nothing } = unreadCheck('');

/** Announces a file of which so many lines are refused, at some moment after its first run began. */
async function announce(
  check: BatchCheck,
  lines: number,
  after = 0,
  { isAway = false, isTaken = false, clock = standingClock(NOON + after) } = {},
) {
  const events: OutcomeEvent[] = [];
  let kept = 0;
  const readLines = async function* () {
    const next = { offset: 0, line: lines + 1 };
    const refused = Array.from({ length: lines }, (_none, index) => ({
      line: index + 1,
      refusal: { detail: `line ${index + 1} is wrong`, original: '{', imageId: `image-${index + 1}` },
      next,
    }));
    yield { lines: refused };
  } as unknown as ReadLines;
  let [underWay, most] = [0, 0];
  const publish = async (event: OutcomeEvent) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await nextLoop();
    if (isAway) throw new DependencyUnavailable('result queue', new Error('away'));
    underWay -= 1;
    events.push(event);
  };
  /** Events that the queue still waits for. */
  let awaited = 0;
  const join = () => {
    awaited += 1;
    return () => {
      awaited -= 1;
    };
  };
  const outcomes = { publish, join };
  const keep = async () => {
    await nextLoop();
    if (isTaken) throw new FileTakenOver('taken');
    kept += 1;
  };
  const file = { runs: { startedAt: NOON, runs: 1 }, keep };
  const announceRefusals = createAnnounceRefusals({ readLines, outcomes, clock });
  const limits = { ...plentyOfTime(clock), deadline: clock.now() + 600_000 };
  const shown = await announceRefusals(upload, check, file, limits);
  return { events, shown, kept, most, awaited };
}

describe('refused lines', () => {
  it('are announced each, in their order, though not all are shown', async () => {
    const { events, shown, kept, awaited } = await announce({ ...nothing, total: 250, rejected: 250 }, 250);
    expect(awaited).toBe(0);
    expect(events.map(({ request }) => request.upload?.line)).toEqual(
      Array.from({ length: 250 }, (_none, index) => index + 1),
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(250);
    expect([shown.length, shown[99]]).toEqual([100, { line: 100, image_id: 'image-100', detail: 'line 100 is wrong' }]);
    expect(kept).toBeGreaterThan(0);
  });

  it('are announced each where the file is refused for another reason', async () => {
    const check = { ...nothing, total: 3, rejected: 3, refusal: 'it would take too long' };
    expect((await announce(check, 3)).events).toHaveLength(3);
  });

  it('are a hundred at once', async () => {
    expect((await announce({ ...nothing, total: 250, rejected: 250 }, 250)).most).toBe(100);
  });

  it('that cannot be announced fail the run while there is time for its report', async () => {
    const clock = standingClock();
    const announcing = announce({ ...nothing, total: 1, rejected: 1 }, 1, 0, { isAway: true, clock });
    await expect(announcing).rejects.toThrow(DependencyUnavailable);
    const elapsedMs = clock.now() - NOON;
    expect(elapsedMs).toBeLessThan(600_000 - 30_000);
    expect(elapsedMs).toBeGreaterThan(600_000 - 40_000);
  });

  it('are left to another run that has taken the file over', async () => {
    const announcing = announce({ ...nothing, total: 1, rejected: 1 }, 1, 0, { isTaken: true });
    await expect(announcing).rejects.toThrow(FileTakenOver);
  });

  it('are the same events when a later run announces them again', async () => {
    const check = { ...nothing, total: 3, rejected: 3 };
    expect((await announce(check, 3, 90_000)).events).toEqual((await announce(check, 3)).events);
  });

  it('are none where there are none, and the file is not read', async () => {
    expect(await announce({ ...nothing, total: 3 }, 3)).toEqual({
      events: [],
      shown: [],
      kept: 0,
      most: 0,
      awaited: 0,
    });
  });
});

it('a file that is refused whole is announced as its first line, by the same event each time', async () => {
  const check = unreadCheck('the file is no text');
  const { events } = await announce(check, 3);
  expect(events).toMatchObject([
    { request: { upload: { line: 1 } }, outcome: { at: NOON, error: { detail: 'the file is no text' } } },
  ]);
  expect((await announce(check, 3, 90_000)).events).toEqual(events);
});
