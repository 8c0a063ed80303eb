import { describe, expect, it } from 'vitest';
import type { Happening } from '../../chaos/facts.ts';
import { createChance } from '../../chaos/random.ts';
import { type AllowancePlan, type CheapCall, planAllowances } from '../../chaos/scenario/allowances.ts';
import { type BatchPlan, planBatches } from '../../chaos/scenario/batches.ts';
import { createDrafts } from '../../chaos/scenario/preferences.ts';
import { planVendor } from '../../chaos/scenario/vendor.ts';
import { accountOf } from './support/story.ts';
import { runStory } from './support/story-run.ts';

const MINUTE = 60_000;

const LIMITS: AllowancePlan['limits'] = {
  acme: { callsPerSecond: 1, burst: 20, batchesPerDay: 2 },
  globex: { callsPerSecond: 1, burst: 20, batchesPerDay: 2 },
};

/** So many calls of a partner, evenly, in so many ms. */
function callsOf(partner: string, count: number, ms: number): readonly CheapCall[] {
  return Array.from({ length: count }, (_, index) => ({
    ref: `${partner} ${index}`,
    at: MINUTE + Math.floor((index * ms) / count),
    partner,
    of: index % 2 === 0 ? 'requests' : 'batches',
  }));
}

describe('a partner that floods the service', () => {
  it('is let in as often as its limits say, and the other is not refused for it', async () => {
    const calls = [...callsOf('acme', 100, 10_000), ...callsOf('globex', 10, 10_000)];
    const { texts, of } = await runStory('flood', 1, { submissions: [], allowances: { limits: LIMITS, calls } });
    expect(texts).toEqual([]);
    const statusesOf = (partner: string) =>
      of('api_response').flatMap((response) => (response.partner === partner ? [response.status] : []));
    expect(new Set(statusesOf('globex'))).toEqual(new Set([404]));
    const letIn = statusesOf('acme').filter((status) => status === 404);
    // Lots that a container has taken and not used are lost to the others.
    expect(letIn.length).toBeGreaterThan(15);
    expect(letIn.length).toBeLessThanOrEqual(31);
    expect(new Set(statusesOf('acme'))).toEqual(new Set([404, 429]));
  });

  it('makes no more batches a day than it may', async () => {
    const drafts = createDrafts({ images: ['image-1', 'image-2'], start: 0, chance: createChance('drafts') });
    const [plan] = planBatches(5, drafts, createChance('batch'));
    const vendor = { ...planVendor(createChance('vendor')), failShare: 0 };
    const batches = ['b1', 'b2', 'b3', 'b4'].map((ref, index): BatchPlan => {
      const { upload: _, ...rest } = plan as BatchPlan;
      const more = { ref, name: `${ref}.${rest.format}`, way: 'http', partner: 'acme', attempts: 2 } as const;
      return { ...rest, ...more, at: index * 5 * MINUTE, actions: [], again: [] };
    });
    const allowances = { limits: LIMITS, calls: [] };
    const { texts, of } = await runStory('batches', 1, { submissions: [], vendor, batches, allowances });
    expect(texts).toEqual([]);
    expect(of('batch_response').map(({ status }) => status)).toEqual([202, 202, 429, 429, 429, 429]);
    expect(of('batch_made')).toHaveLength(2);
  });
});

it.each(['one', 'two', 'three'])('limits are kept whatever partners do: seed %s', async (seed) => {
  const { texts } = await runStory(seed, 30, { allowances: planAllowances(createChance(seed)) });
  expect(texts).toEqual([]);
});

describe('a refusal', () => {
  interface Call {
    readonly environment: string;
    /** Seconds after the start. */
    readonly began: number;
    readonly responded?: number;
    readonly status?: number;
    readonly isStalled?: boolean;
  }

  /** What the accounting says of the calls of a partner that may make 40 at once and one a second: a lot is 10. */
  function brokenBy(calls: readonly Call[]): readonly string[] {
    const happenings = calls.flatMap((call, invocation): readonly (Happening & { readonly at: number })[] => {
      const { environment, began, responded = began, status = 404, isStalled = false } = call;
      const [from, until] = [began * 1000, responded * 1000];
      const response = { ref: `c${invocation}`, partner: 'acme', status, body: '' };
      return [
        { kind: 'began', invocation, environment, text: '', at: from },
        ...(isStalled ? [{ kind: 'stalled', invocation, ms: until - from, at: from } as const] : []),
        { kind: 'api_response', invocation, ...response, at: until },
      ];
    });
    const limits = { acme: { callsPerSecond: 1, burst: 40, batchesPerDay: 2 } };
    const inOrder = happenings.toSorted((one, other) => one.at - other.at);
    return accountOf([], inOrder, { allowances: { limits, calls: [] } }).broken;
  }

  const lot = (environment: string, began: number): readonly Call[] =>
    Array.from({ length: 10 }, () => ({ environment, began }));
  const four = ['api-1', 'api-2', 'api-3', 'api-4'];
  const refused = { environment: 'api-9', status: 429 };

  it('needs as many calls before it as the bucket holds', () => {
    const emptying = four.flatMap((environment) => lot(environment, 60));
    expect(brokenBy([...emptying, { ...refused, began: 61 }])).toEqual([]);
    expect(brokenBy([...emptying, { ...refused, began: 120 }])).toEqual(['refused_early']);
    expect(brokenBy([...emptying, { ...refused, began: 50 }])).toEqual(['refused_early']);
  });

  it('of a call that was held up may be for calls that began after it', () => {
    const emptying = four.flatMap((environment) => lot(environment, 60));
    expect(brokenBy([{ ...refused, began: 40, responded: 61, isStalled: true }, ...emptying])).toEqual([]);
    expect(brokenBy([{ ...refused, began: 40, responded: 58, isStalled: true }, ...emptying])).toEqual([
      'refused_early',
    ]);
    expect(brokenBy([{ ...refused, began: 40, responded: 61 }, ...emptying])).toEqual(['refused_early']);
  });

  it('may be for calls that began long before it and were held up', () => {
    const [, , ...others] = four.map((environment) => ({ environment, began: 60 }));
    const early = four.slice(0, 2).map((environment) => ({ environment, began: 0, responded: 60 }));
    const heldUp = early.map((call) => ({ ...call, isStalled: true }));
    expect(brokenBy([...heldUp, ...others, { ...refused, began: 61 }])).toEqual([]);
    expect(brokenBy([...early, ...others, { ...refused, began: 61 }])).toEqual(['refused_early']);
  });
});
