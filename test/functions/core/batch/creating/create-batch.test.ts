import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Batch, newBatch, unreadCheck } from '../../../../../functions/core/batch/batch.ts';
import {
  batchIdFor,
  createCreateBatch,
  type NewBatch,
} from '../../../../../functions/core/batch/creating/create-batch.ts';
import { DependencyUnavailable } from '../../../../../functions/core/errors.ts';
import { listeningLogger, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const { refusal: _, ...nothing } = unreadCheck('');
const found = { ...nothing, total: 1 };
const content = new TextEncoder().encode('{"image_id":"a","preferences":{}}');
const wanted: NewBatch = {
  ...{ batchId: 'b_1', name: 'a.ndjson', source: 'http', partner: 'acme', retryOf: 'b_0' },
  ...{ format: 'ndjson', content, fingerprint: 'mine' },
};
const { content: _content, ...announced } = wanted;

interface Surroundings {
  /** What the ledger has before. */
  readonly known?: Partial<Batch>;
  /** What another call has written meanwhile. */
  readonly faster?: Partial<Batch>;
  readonly refusal?: string;
  readonly fails?: 'admit' | 'wake';
}

function start({ known, faster, refusal, fails }: Surroundings = {}) {
  const clock = standingClock();
  const log = listeningLogger();
  const steps: string[] = [];
  const step = async (name: string, isFailing = false) => {
    await nextLoop();
    steps.push(name);
    if (isFailing) throw new DependencyUnavailable('ledger', new Error('away'));
  };
  const standing = newBatch({
    ...{ batchId: 'b_1', name: 'a.ndjson', source: 'http', createdAt: NOON - 1, fingerprint: 'mine' },
    file: { bucket: 'uploads', key: 'another', version: 'theirs' },
  });
  const batches = createCreateBatch({
    batches: {
      find: async () => known && { ...standing, ...known },
      create: async (batch) => {
        await step(`batch of ${batch.partner} for ${batch.retryOf}`);
        return faster === undefined ? batch : { ...standing, ...faster };
      },
    },
    files: {
      put: async (key: string) => {
        await step(`file ${key}`);
        return { bucket: 'uploads', key, version: 'ours' };
      },
    } as never,
    checkFile: async ({ version }) => {
      await step(`check ${version}`);
      const check = refusal === undefined ? found : { ...found, refusal };
      return { check, accepted: 1, sha256: '' };
    },
    feeder: { wake: () => step('wake', fails === 'wake') },
    admit: (partner) => step(`admit ${partner}`, fails === 'admit'),
    ...{ bucket: 'uploads', clock, log },
  });
  return { batches, steps, log, limits: plentyOfTime(clock) };
}

/** As the upload function registers a batch, from its file alone. */
const REGISTERED = { fingerprint: undefined } as unknown as Partial<Batch>;
const FILE = 'file requests/partners/acme/b_1/a.ndjson';
const BATCH = 'batch of acme for b_0';

describe('a batch that is handed over', () => {
  it('is checked and admitted, then its file comes, then itself, then the feeder is woken', async () => {
    const { batches, steps, limits } = start();
    const created = await batches.create(wanted, limits);
    expect(steps).toEqual(['check b_1', 'admit acme', FILE, BATCH, 'wake']);
    expect(created).toMatchObject({
      kind: 'created',
      batch: { check: found, fingerprint: 'mine', createdAt: NOON, file: { version: 'ours' } },
    });
    expect(created).not.toHaveProperty('pace');
  });

  it('by an operator is limited by nothing', async () => {
    const { batches, steps, limits } = start();
    const { partner: _partner, ...nobodys } = wanted;
    await batches.create(nobodys, limits);
    expect(steps).not.toContain('admit acme');
  });

  it('of which nothing can be sent is stored nowhere, and counts for nobody', async () => {
    const { batches, steps, limits } = start({ refusal: 'no text' });
    expect(await batches.create(wanted, limits)).toMatchObject({ kind: 'refused', check: { refusal: 'no text' } });
    expect(steps).toEqual(['check b_1']);
  });

  it('that is one too many is stored nowhere', async () => {
    const { batches, steps, limits } = start({ fails: 'admit' });
    await expect(batches.create(wanted, limits)).rejects.toThrow(DependencyUnavailable);
    expect(steps.at(-1)).toBe('admit acme');
    await expect(batches.announce(announced, limits)).rejects.toThrow(DependencyUnavailable);
    expect(steps).not.toContain(BATCH);
  });

  it('while the feeder cannot be woken is taken all the same', async () => {
    const { batches, log, limits } = start({ fails: 'wake' });
    expect(await batches.create(wanted, limits)).toMatchObject({ kind: 'created' });
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { batch_id: 'b_1', error: expect.anything() } }]);
  });

  it.each<[Partial<Batch>, string]>([
    [{}, 'repeated'],
    [REGISTERED, 'repeated'],
    [{ fingerprint: 'another' }, 'reused'],
  ])('and is known as %j is %s: nothing is done', async (known, kind) => {
    const { batches, steps, limits } = start({ known });
    expect([await batches.create(wanted, limits), await batches.announce(announced, limits)]).toMatchObject([
      { kind },
      { kind },
    ]);
    expect(await batches.standing(wanted, limits)).toMatchObject({ kind });
    expect(steps).toEqual([]);
  });

  it.each<[Partial<Batch>, string]>([
    [{}, 'repeated'],
    [{ fingerprint: 'another' }, 'reused'],
  ])('when another call was faster, %j, is %s, and the feeder is not woken for it', async (faster, kind) => {
    const { batches, steps, limits } = start({ faster });
    expect(await batches.create(wanted, limits)).toMatchObject({ kind });
    expect(steps).not.toContain('wake');
  });

  it('without its file waits for it', async () => {
    const { batches, steps, limits } = start();
    const created = await batches.announce(announced, limits);
    expect(created).toMatchObject({ kind: 'created', batch: { file: { key: 'requests/partners/acme/b_1/a.ndjson' } } });
    expect(steps).toEqual(['admit acme', BATCH]);
    const other = start({ faster: { fingerprint: 'another' } });
    expect(await other.batches.announce(announced, other.limits)).toMatchObject({ kind: 'reused' });
  });

  it('only to be checked is stored nowhere', async () => {
    const { batches, steps, limits } = start();
    expect(await batches.check(wanted, limits)).toMatchObject({ check: found });
    expect(steps).toEqual(['check b_1']);
  });
});

it('a batch has the id that the release before has given it: handed over once more, it is not sent twice', () => {
  const facts = { owner: 'acme', name: 'a', fingerprint: 'f' };
  expect(batchIdFor({ ...facts, idempotencyKey: 'key' })).toBe('b_4a513af079c4d0f2b71a680e40538852');
  expect(batchIdFor(facts)).toBe('b_3e6bd5f77bc86f09361b95bb7bfd74cc');
});
