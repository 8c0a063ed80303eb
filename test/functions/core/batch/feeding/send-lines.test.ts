import { describe, expect, it } from 'vitest';
import { createSendLines } from '../../../../../functions/core/batch/feeding/send-lines.ts';
import type { RequestBatches } from '../../../../../functions/core/batch/ports.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { aRequest, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

/** Sends lines of several images. @param take what the queue answers to a batch, by the images in it */
async function sendAll(images: readonly string[], take: (images: readonly string[]) => readonly number[]) {
  const clock = standingClock();
  const sentAt: number[] = [];
  const send: RequestBatches['send'] = async (batch) => {
    sentAt.push(clock.now() - NOON);
    return take(batch.map(({ imageId }) => imageId));
  };
  const sendLines = createSendLines({ queue: { send }, clock });
  const requests = images.map((imageId) => aRequest({ imageId, source: 'upload' }));
  const sent = await sendLines(requests, plentyOfTime(clock)).catch((error: unknown) => error);
  return { sent, sentAt };
}

describe('lines that are sent', () => {
  it('are counted', async () => expect((await sendAll(['a', 'b'], () => [])).sent).toBe(2));

  it('are sent again after a pause where the queue took none of them', async () => {
    let batches = 0;
    const take = () => {
      batches += 1;
      return batches <= 2 ? [0, 1] : [];
    };
    expect(await sendAll(['a', 'b'], take)).toEqual({ sent: 2, sentAt: [0, 100, 300] });
  });

  it('wait as briefly as at first once the queue has taken some', async () => {
    let batches = 0;
    const take = (images: readonly string[]) => {
      batches += 1;
      return [1, 2, 4].includes(batches) ? [...images.keys()] : [];
    };
    const images = Array.from({ length: 2 }, () => 'house');
    expect(await sendAll(images, take)).toEqual({ sent: 2, sentAt: [0, 100, 300, 300, 400] });
  });

  it('are given up after ten seconds in which the queue took none of them', async () => {
    const { sent, sentAt } = await sendAll(['a'], () => [0]);
    expect(sent).toEqual(new DependencyUnavailable('request queue', new Error('it took no entry')));
    expect(Math.max(...sentAt)).toBeLessThan(10_000);
  });

  it('count as far as the first one that was not taken', async () => {
    const take = (images: readonly string[]) => [...images.keys()].filter((index) => images[index] === 'bad');
    expect((await sendAll(['a', 'bad', 'b'], take)).sent).toBe(1);
  });

  it('fail with what is a bug, which is not sent again', async () => {
    const bug = new TypeError('a bug');
    const fail = () => {
      throw bug;
    };
    expect(await sendAll(['a'], fail)).toEqual({ sent: bug, sentAt: [0] });
  });
});
