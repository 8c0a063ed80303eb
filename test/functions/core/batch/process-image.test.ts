import { describe, expect, it } from 'vitest';
import type { QueuedRequest } from '../../../../functions/core/batch/ports.ts';
import { createProcessImage } from '../../../../functions/core/batch/process-image.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import type { Outcome } from '../../../../functions/core/outcome/outcome.ts';
import type { LedgerItem } from '../../../../functions/core/ports.ts';
import {
  aLedgerItem,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

const outcome: Outcome = { kind: 'succeeded', response: null, attempts: 1, warnings: [], at: NOON };

/** Hands over an image. @param known of its request in the ledger @param refused the indexes that the queue does not take */
async function handOver(known: Partial<LedgerItem> = {}, refused: readonly number[] = []) {
  const clock = standingClock();
  const log = listeningLogger();
  const metrics = listeningMetrics();
  const queued: QueuedRequest[] = [];
  const processImage = createProcessImage({
    store: { metadata: async () => ({ 'image-id': 'villa', preferences: '{"rating":3}' }) },
    ledger: {
      accept: async (request) => aLedgerItem({ ...request, attempts: 0, state: 'accepted', ...known }),
    },
    queue: {
      send: async (requests) => {
        queued.push(...requests);
        return refused;
      },
    },
    outcomes: { publish: () => Promise.reject(new Error('nothing is refused')) },
    ...{ clock, log, metrics },
  });
  const upload = { bucket: 'uploads', key: 'images/villa.jpg', version: 'v1' };
  const failed = await processImage(upload, plentyOfTime(clock)).catch((error: unknown) => error);
  return { failed, queued: queued.map(({ imageId }) => imageId), counted: metrics.counted, said: log.lines.at(-1) };
}

describe('an image with its id', () => {
  it('is queued, counted and logged', async () => {
    const { failed, queued, counted, said } = await handOver();
    expect({ failed, queued, counted }).toEqual({
      failed: undefined,
      queued: ['villa'],
      counted: ['UploadedRequests'],
    });
    expect(said).toMatchObject({ message: 'the image was queued', facts: { image_id: 'villa', version: 'v1' } });
  });

  it.each<[string, Partial<LedgerItem>]>([
    ['was begun', { attempts: 1 }],
    ['has ended without an attempt', { outcome }],
  ])('is left alone when its request %s before', async (_, known) => {
    const { failed, queued, counted, said } = await handOver(known);
    expect({ failed, queued, counted }).toEqual({ failed: undefined, queued: [], counted: [] });
    expect(said?.message).toBe('the image is left alone, since its request was begun before');
  });

  it('that the queue does not take fails the run, which is repeated', async () => {
    const { failed, counted } = await handOver({}, [0]);
    expect([failed, counted]).toEqual([expect.any(DependencyUnavailable), []]);
  });
});
