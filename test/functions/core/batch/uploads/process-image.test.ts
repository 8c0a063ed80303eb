import { describe, expect, it } from 'vitest';
import type { QueuedRequest } from '../../../../../functions/core/batch/ports.ts';
import { createProcessImage } from '../../../../../functions/core/batch/uploads/process-image.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import type { Outcome } from '../../../../../functions/core/outcome/outcome.ts';
import type { LedgerItem } from '../../../../../functions/core/ports.ts';
import {
  aLedgerItem,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../../support/fixtures.ts';

interface Image {
  readonly preferences?: string;
  /** Whether the results queue is away. */
  readonly isAway?: boolean;
}

const outcome: Outcome = { kind: 'succeeded', response: null, attempts: 1, warnings: [], at: NOON };

/** Hands over an image. @param known of its request in the ledger @param refused the indexes that the queue does not take */
async function handOver(known: Partial<LedgerItem> = {}, refused: readonly number[] = [], image: Image = {}) {
  const clock = standingClock();
  const log = listeningLogger();
  const metrics = listeningMetrics();
  const queued: QueuedRequest[] = [];
  const published: string[] = [];
  const processImage = createProcessImage({
    store: { metadata: async () => ({ 'image-id': 'villa', preferences: image.preferences ?? '{"rating":3}' }) },
    ledger: {
      accept: async (request) => aLedgerItem({ ...request, attempts: 0, state: 'accepted', ...known }),
    },
    queue: {
      send: async (requests) => {
        queued.push(...requests);
        return refused;
      },
    },
    outcomes: {
      publish: async ({ outcome: told }) => {
        if (image.isAway) throw new DependencyUnavailable('result queue', new Error('away'));
        published.push(told.kind);
      },
    },
    ...{ clock, log, metrics },
  });
  const upload = { bucket: 'uploads', key: 'images/villa.jpg', version: 'v1' };
  const failed = await processImage(upload, plentyOfTime(clock)).catch((error: unknown) => error);
  const queuedIds = queued.map(({ imageId }) => imageId);
  return { failed, queued: queuedIds, published, counted: metrics.counted, said: log.lines.at(-1) };
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

  it('that asks for what is no preferences is refused, told of and counted', async () => {
    const { failed, queued, published, counted, said } = await handOver({}, [], { preferences: 'warm' });
    expect({ failed, queued, published }).toEqual({ failed: undefined, queued: [], published: ['failed'] });
    expect(counted[0]).toBe('RejectedLines');
    expect(said).toMatchObject({ level: 'warn', message: 'the image was refused' });
  });

  it('that is refused fails the run, which is repeated, while that cannot be told', async () => {
    const { failed, counted } = await handOver({}, [], { preferences: 'warm', isAway: true });
    expect([failed, counted]).toEqual([expect.any(DependencyUnavailable), []]);
  });

  it('that the queue does not take fails the run, which is repeated', async () => {
    const { failed, counted } = await handOver({}, [0]);
    expect([failed, counted]).toEqual([expect.any(DependencyUnavailable), []]);
  });
});
