import { expect, it } from 'vitest';
import type { HttpRequest as EndpointCall } from '../../../functions/adapters/autoenhance/http-request.ts';
import type { BatchRuntime } from '../../../functions/batch-runtime.ts';
import { composeOrderApi } from '../../../functions/composition/order-api.ts';
import type { Clock } from '../../../functions/core/ports.ts';
import { NOON, plentyOfTime, standingClock } from '../../support/fixtures.ts';
import { ENVIRONMENT, recordingRuntime } from './support.ts';

/** @param calls takes what the endpoint is asked, which does not answer @param clock whose sleeps take no time */
function compose(calls: EndpointCall[], clock?: Clock) {
  const { runtime } = recordingRuntime({ secrets: () => ({ SecretString: 'the-api-key' }) });
  const never = (() => Promise.reject(new Error('nobody asks'))) as never;
  const batches: BatchRuntime = {
    ...runtime,
    ...(clock && { clock }),
    s3: never,
    events: never,
    signer: undefined as never,
  };
  const transport = async (call: EndpointCall) => {
    calls.push(call);
    throw new Error('no answer');
  };
  return composeOrderApi(ENVIRONMENT, batches, transport);
}

it('an order of thousands of images may take a quarter of a minute, but leaves ten seconds for its batch', async () => {
  const calls: EndpointCall[] = [];
  const { orders, clock } = compose(calls);
  for (const deadline of [NOON + 60_000, NOON + 22_000]) {
    await orders.readOrder('order-1', { ...plentyOfTime(clock), deadline }).catch(() => undefined);
  }
  expect(calls.map(({ attemptTimeoutMs }) => attemptTimeoutMs)).toEqual([15_000, 12_000]);
});

it('calls for images keep to a rate of their own', async () => {
  const clock = standingClock();
  const { permits } = compose([], clock);
  for (let call = 0; call < 2; call += 1) {
    const acquired = await permits.acquire(plentyOfTime(clock));
    if (acquired.kind === 'open') throw new Error('the call was not admitted');
    acquired.permit.sent();
    acquired.permit.complete();
  }
  expect(clock.now() - NOON).toBeGreaterThanOrEqual(1000);
});
