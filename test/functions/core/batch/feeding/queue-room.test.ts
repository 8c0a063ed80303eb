import { describe, expect, it } from 'vitest';
import { createQueueRoom } from '../../../../../functions/core/batch/feeding/queue-room.ts';
import { NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

/** A queue that may hold 50, and shows so many. */
function open(depth: number) {
  const clock = standingClock();
  const room = createQueueRoom({ queue: { depth: async () => depth }, bulkDepth: 50, clock });
  return { room, clock, limits: plentyOfTime(clock) };
}

describe('the room in the queue', () => {
  it('is what it may hold, less what it holds', async () => {
    const { room, limits } = open(20);
    expect(await room.look(20, limits)).toBe(30);
  });

  it('is less by what was sent in the last two seconds: SQS’s figure lags behind', async () => {
    const { room, limits, clock } = open(20);
    room.sent(25);
    expect(await room.look(45, limits)).toBe(5);
    clock.set(NOON + 2000);
    expect(await room.look(45, limits)).toBe(30);
  });

  it('of a queue that single requests have filled is an eighth, lines that it has counted', async () => {
    const { room, limits } = open(1000);
    expect([await room.look(0, limits), await room.look(70, limits), await room.look(100, limits)]).toEqual([
      125, 55, 25,
    ]);
  });

  it('of such a queue is less by what was sent a moment ago, though its lines have ended since', async () => {
    const { room, limits } = open(1000);
    room.sent(100);
    expect(await room.look(40, limits)).toBe(25);
  });
});
