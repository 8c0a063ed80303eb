import { describe, expect, it } from 'vitest';
import { createChance } from '../../chaos/random.ts';
import { type BatchPlan, planBatches } from '../../chaos/scenario/batches.ts';
import { createDrafts } from '../../chaos/scenario/preferences.ts';
import { planVendor } from '../../chaos/scenario/vendor.ts';
import { runStory } from './support/story-run.ts';

const MINUTE = 60_000;
const VENDOR = { ...planVendor(createChance('vendor')), failShare: 0 };

/** A batch that is announced, and whose file is put to the URL so many ms later each. */
function run(upload: readonly number[], change: Partial<BatchPlan> = {}) {
  const drafts = createDrafts({ images: ['image-1', 'image-2'], start: 0, chance: createChance('drafts') });
  const [plan] = planBatches(8, drafts, createChance('batch'));
  const announced = { way: 'http', idempotencyKey: 'key', again: [], actions: [], ...change } as const;
  const batches = [{ ...(plan as BatchPlan), ...announced, upload }];
  return runStory('upload', 1, { submissions: [], vendor: VENDOR, batches });
}

describe('a batch whose file is put to a URL', () => {
  it.each([
    ['at once', [0]],
    ['late', [59 * MINUTE]],
    ['twice', [MINUTE, 2 * MINUTE]],
    ['twice at once', [MINUTE, MINUTE + 50]],
    ['once in time, and once too late', [MINUTE, 61 * MINUTE]],
  ])('%s is sent once, whole', async (_, upload) => {
    const { texts, of } = await run(upload);
    expect(texts).toEqual([]);
    expect([of('batch_made').length, of('batch_ended').length]).toEqual([1, 1]);
    expect(of('known').length).toBeGreaterThan(0);
  });

  it('too late is not sent, since S3 refuses it', async () => {
    const { texts, of } = await run([61 * MINUTE]);
    expect([texts, of('object_put'), of('known')]).toEqual([[], [], []]);
  });

  it('that is cancelled before its file comes ends at once', async () => {
    const { texts, of } = await run([10 * MINUTE], { actions: [{ after: MINUTE, action: 'cancel' }] });
    expect([texts, of('known'), of('batch_ended')]).toEqual([[], [], []]);
  });

  it('whose call is repeated is one batch', async () => {
    const { texts, of } = await run([MINUTE], { again: [1000, 30 * MINUTE] });
    expect([texts, of('batch_made').length]).toEqual([[], 1]);
  });
});
