import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Completion } from '../../../../../functions/core/completion/completion.ts';
import type { CompletedImage } from '../../../../../functions/core/completion/publish-completion.ts';
import { createLookAtRequest } from '../../../../../functions/core/completion/sweep/look-at-request.ts';
import type { DueRequest } from '../../../../../functions/core/completion/sweep/ports.ts';
import type { Seen } from '../../../../../functions/core/completion/sweep/read-image.ts';
import type { JsonObject } from '../../../../../functions/core/json.ts';
import { aLedgerItem, listeningMetrics, NOON, plentyOfTime, standingClock } from '../../../../support/fixtures.ts';

const DAY_MS = 86_400_000;
const due: DueRequest = { ...aLedgerItem(), lookAt: NOON, wasUnderWay: true, awaitsWebhook: false };

/** Looks at an image whose completion stands in the ledger as somebody else has noted it. */
async function lookWhenNotedBy(by: 'webhook' | 'sweep', its: Partial<DueRequest> = {}, status = 'processed') {
  const clock = standingClock();
  const published: CompletedImage[] = [];
  const completion = { by, hasFailed: false, at: NOON, confirmed: true, isAmbiguous: false };
  const { look } = createLookAtRequest({
    looks: { due: async function* () {}, again: async () => {}, awaitWebhook: async () => {}, end: async () => true },
    completions: { sentRequests: async () => [], note: async () => ({ ...due, completion }) },
    publishCompletion: async (completed) => void published.push(completed),
    schedule: { looksMs: [1000], withinMs: 10_000 },
    ...{ expectsWebhook: true, clock, metrics: listeningMetrics() },
  });
  await look({ ...due, ...its }, { kind: 'record', record: { status } }, plentyOfTime(clock));
  return published.length;
}

it('what the sweep has found it tells, and what the webhook was faster to note the webhook tells', async () => {
  expect([await lookWhenNotedBy('sweep'), await lookWhenNotedBy('webhook')]).toEqual([1, 0]);
});

it('a word of the webhook that a newer one has replaced is left to that one, and so is the look', async () => {
  const completion: Completion = { by: 'webhook', hasFailed: false, at: NOON, confirmed: null, isAmbiguous: false };
  const its = { completion, acceptedAt: NOON - 2 * DAY_MS };
  expect(await lookWhenNotedBy('webhook', its, 'expired')).toBe(0);
});

const SCHEDULE = { looksMs: [60_000, 3_600_000], withinMs: DAY_MS };

/**
 * Looks at a request that was started some time ago, whose completion the ledger takes as it comes.
 * @param newest the id of its image's newest request
 */
async function look(
  seen: Seen,
  sinceMs: number,
  its: Partial<DueRequest> = {},
  expectsWebhook = true,
  newest?: string,
) {
  const clock = standingClock();
  const request: DueRequest = {
    ...{ ...due, acceptedAt: NOON - 2 * DAY_MS, wasUnderWay: false, upload: { file: 'a.csv', line: 7 } },
    ...{ outcome: { kind: 'succeeded', response: null, attempts: 1, warnings: [], at: NOON - sinceMs } },
    ...{ batch: { batchId: 'b_1', round: 1 }, ...its },
  };
  const steps: unknown[] = [];
  const published: CompletedImage[] = [];
  const metrics = listeningMetrics();
  const step =
    (name: string) =>
    async (...given: readonly unknown[]) => {
      await nextLoop();
      steps.push([name, ...given.slice(1, -1)]);
      return true;
    };
  const { look: lookAt } = createLookAtRequest({
    looks: {
      due: async function* () {},
      again: step('again') as never,
      awaitWebhook: step('await webhook') as never,
      end: step('end'),
    },
    completions: {
      sentRequests: async () => [{ requestId: newest ?? request.requestId, state: 'succeeded', isCompleted: false }],
      note: async (of, completion) => {
        // Longer than the other steps, so that it stands behind one that does not wait for it.
        await nextLoop();
        await nextLoop();
        steps.push(['note', of.batchId, of.line, completion.by]);
        return { ...request, completion, partner: 'acme' };
      },
    },
    publishCompletion: async (completed) => {
      await nextLoop();
      published.push(completed);
    },
    ...{ schedule: SCHEDULE, expectsWebhook, clock, metrics },
  });
  await lookAt(request, seen, plentyOfTime(clock));
  const [told] = published;
  return { steps, counted: metrics.counted, told: told && { body: told.body, ...told.verdict, ...told.findings } };
}

const recordOf = (record: JsonObject | null): Seen => ({ kind: 'record', record });
const ended = { status: 'processed', enhance_type: 'neutral', order_id: 'o_1' };
const noted: Completion = { by: 'webhook', hasFailed: false, at: NOON - 1000, confirmed: true, isAmbiguous: false };

describe('a look at a started request', () => {
  it.each<[Seen, number, Partial<DueRequest>, readonly unknown[]]>([
    [recordOf({ status: 'processing' }), 5000, {}, ['again', NOON + 55_000, true]],
    [recordOf(null), 5000, {}, ['again', NOON + 55_000, false]],
    [recordOf(null), 5000, { wasUnderWay: true }, ['again', NOON + 55_000, true]],
    [{ kind: 'failed' }, 3_000_000, {}, ['again', NOON + 600_000, false]],
    [{ kind: 'failed' }, 2 * 3_600_000, {}, ['again', NOON + 900_000, false]],
    [{ kind: 'failed' }, DAY_MS + 1, {}, ['again', NOON + 900_000, false]],
  ])('that sees %j after %d ms is repeated: %j', async (seen, sinceMs, its, step) => {
    expect(await look(seen, sinceMs, its)).toEqual({ steps: [step], counted: [], told: undefined });
  });

  it('that may not be made changes nothing', async () => {
    expect(await look({ kind: 'not_allowed' }, DAY_MS)).toEqual({ steps: [], counted: [], told: undefined });
  });

  it('that sees its end tells it as the webhook would have, and waits whether that is called', async () => {
    const { steps, told } = await look(recordOf(ended), 5000);
    expect(steps).toEqual([
      ['note', 'b_1', 7, 'sweep'],
      ['await webhook', NOON, NOON + 120_000],
    ]);
    expect(told).toMatchObject({ image: ended, warnings: [], hasFailed: false, confirmed: true });
    expect(told).toMatchObject({ by: 'sweep', at: NOON, request: { isAmbiguous: false, partner: 'acme' } });
    expect(told?.body).toEqual({ event: 'image_processed', image_id: due.imageId, error: false, order_id: 'o_1' });
  });

  it('tells what the sweep had found and perhaps not told, and awaits the webhook from then on', async () => {
    const found: Completion = { ...noted, by: 'sweep', at: NOON - 1000 };
    const { steps, told } = await look(recordOf(ended), 5000, { completion: found });
    expect(steps).toEqual([['await webhook', NOON - 1000, NOON + 119_000]]);
    expect(told).toMatchObject({ by: 'sweep', at: NOON - 1000 });
  });

  it('that sees it has failed tells it as the webhook would have', async () => {
    const { told } = await look(recordOf({ ...ended, status: 'error' }), 5000);
    expect(told).toMatchObject({ hasFailed: true, body: { event: 'image_processed', error: true, order_id: 'o_1' } });
  });

  it('awaits no webhook where none is to call', async () => {
    expect((await look(recordOf(ended), 5000, {}, false)).steps.at(-1)).toEqual(['end']);
  });

  it('is in doubt where a newer request of the image may be the one that has ended', async () => {
    const { told } = await look(recordOf(ended), 5000, {}, true, 'another');
    expect(told).toMatchObject({ confirmed: null, request: { isAmbiguous: true } });
  });

  it('is in doubt where the record may be of the enhancement before', async () => {
    const { told } = await look(recordOf({ status: 'processed' }), 5000);
    expect(told).toMatchObject({ confirmed: null, request: { isAmbiguous: true } });
  });

  it('tells what was noted and perhaps not told, and says where the record is missing', async () => {
    const { steps, told } = await look(recordOf(null), 5000, { completion: noted });
    expect(steps).toEqual([['end']]);
    expect(told).toMatchObject({ by: 'webhook', image: null, body: { order_id: null } });
    expect(told?.warnings).toEqual(["the endpoint's record of the image is missing here"]);
  });

  it('that is the last one and shows no end tells that nobody knows it', async () => {
    const { steps, counted, told } = await look(recordOf({ status: 'processing' }), DAY_MS);
    expect(steps).toEqual([['note', 'b_1', 7, 'sweep'], ['end']]);
    expect(counted).toEqual(['CompletionsUnknown']);
    expect(told).toMatchObject({ isUnknown: true, warnings: [expect.stringContaining('not called in time')] });
    expect(told?.request).toMatchObject({ isAmbiguous: false });
    expect(told?.body).toEqual({ image_id: due.imageId });
  });

  it('that is the last one tells the word of the webhook, which may not have been told, unless the image is still under way', async () => {
    const completion = { ...noted, confirmed: null };
    expect(await look(recordOf(null), DAY_MS, { completion })).toMatchObject({
      ...{ steps: [['note', 'b_1', 7, 'sweep'], ['end']], counted: [] },
      told: { by: 'webhook', hasFailed: false, at: noted.at, confirmed: null },
    });
    expect((await look(recordOf({ status: 'processing' }), DAY_MS, { completion })).told).toMatchObject({
      isUnknown: true,
    });
  });
});

it.each([
  [true, ['MissedWebhooks']],
  [false, []],
])('a webhook that was awaited is missed if nobody has ended the look before: %j', async (isOpen, counted) => {
  const clock = standingClock();
  const metrics = listeningMetrics();
  const looks = {
    due: async function* () {},
    again: async () => {},
    awaitWebhook: async () => {},
    end: async () => isOpen,
  };
  const { checkWebhook } = createLookAtRequest({
    ...{ looks, schedule: SCHEDULE, expectsWebhook: true, clock, metrics, publishCompletion: async () => {} },
    completions: { sentRequests: async () => [], note: async () => undefined },
  });
  await checkWebhook(due, plentyOfTime(clock));
  expect(metrics.counted).toEqual(counted);
});
