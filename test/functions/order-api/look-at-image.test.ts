import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Pause } from '../../../functions/core/budget/ports.ts';
import { EndpointNotReached, type ProcessError } from '../../../functions/core/errors.ts';
import type { Partner } from '../../../functions/core/partner-keys.ts';
import { createLookAtImage } from '../../../functions/order-api/look-at-image.ts';
import { imageResponse } from '../../../functions/order-api/responses.ts';
import { NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';

const acme: Partner = { name: 'acme' };
const desk: Partner = { name: 'desk', role: 'operator' };

interface Surroundings {
  readonly caller?: Partner;
  /** Whether the caller has a request for the image. */
  readonly isKnown?: boolean;
  readonly pause?: Pause;
  /** How long the circuit breaker stays open. */
  readonly openMs?: number;
  readonly fails?: Error;
}

async function look({ caller = acme, isKnown = true, pause, openMs, fails }: Surroundings) {
  const clock = standingClock();
  const steps: string[] = [];
  const permit = {
    renewIfLate: async () => {},
    sent: () => void steps.push('sent'),
    complete: (error?: ProcessError) => void steps.push(`complete ${error?.code ?? 'well'}`),
    release: () => void steps.push('release'),
  };
  const lookAtImage = createLookAtImage({
    listOfImage: async (partner, imageId, { limit }) => {
      steps.push(`list ${limit} of ${partner} for ${imageId}`);
      return { items: isKnown ? [{} as never] : [] };
    },
    account: { pause: async () => pause },
    permits: {
      acquire: async () => (openMs === undefined ? { kind: 'granted', permit } : { kind: 'open', ms: openMs }),
      waitMs: () => 0,
    },
    clock,
  });
  const call = async () => {
    await nextLoop();
    steps.push('call');
    if (fails !== undefined) throw fails;
    return imageResponse('{"a":1}');
  };
  const result = await lookAtImage('house', caller, plentyOfTime(clock), call).catch((error: unknown) => error);
  return { result, steps };
}

const LIST = 'list 1 of acme for house';

describe('a look at an image', () => {
  it('is a call like any other, for whoever has a request for it', async () => {
    const { result, steps } = await look({});
    expect(result).toMatchObject({ statusCode: 200, body: '{"a":1}' });
    expect(steps).toEqual([LIST, 'sent', 'call', 'complete well', 'release']);
  });

  it('is an operator’s, whosever it is', async () => {
    const { result, steps } = await look({ caller: desk, isKnown: false });
    expect([result, steps[0]]).toMatchObject([{ statusCode: 200 }, 'sent']);
  });

  it('is nobody else’s', async () => {
    const { result, steps } = await look({ isKnown: false });
    expect([result, steps]).toMatchObject([{ statusCode: 404 }, [LIST]]);
  });

  const person: Pause = { reason: 'person', detail: 'the bill', since: NOON };

  it.each<[Pause, number, string | undefined]>([
    [{ ...person, until: NOON + 9500 }, 503, '10'],
    [person, 503, '30'],
    [{ reason: 'daily_limit', detail: '', since: NOON, until: NOON + 9500 }, 200, undefined],
  ])('while the account is paused, %j, is answered with %d', async (pause, status, retryAfter) => {
    const { result } = await look({ pause });
    expect(result).toMatchObject({ statusCode: status });
    expect((result as { headers: Record<string, string> }).headers['retry-after']).toBe(retryAfter);
  });

  it('is not made while the circuit breaker is open', async () => {
    const { result, steps } = await look({ openMs: 2500 });
    expect([result, steps]).toMatchObject([{ statusCode: 503, headers: { 'retry-after': '3' } }, [LIST]]);
  });

  it('that fails tells the circuit breaker, and gives its place back', async () => {
    const { result, steps } = await look({ fails: new EndpointNotReached('no connection') });
    expect(result).toMatchObject({ statusCode: 503 });
    expect(steps).toEqual([LIST, 'sent', 'call', 'complete endpoint_not_reached', 'release']);
  });

  it('that ends in a bug says nothing of the endpoint, and gives its place back', async () => {
    const { result, steps } = await look({ fails: new TypeError('a bug') });
    expect([result, steps.slice(2)]).toEqual([new TypeError('a bug'), ['call', 'release']]);
  });
});
