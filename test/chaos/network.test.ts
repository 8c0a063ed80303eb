import { describe, expect, it } from 'vitest';
import type { EndpointFault } from '../../chaos/fault-schedule.ts';
import { createEndpoint } from '../../chaos/models/endpoint.ts';
import type { Environment, Invocation } from '../../chaos/models/lambda/environment.ts';
import { createTransport } from '../../chaos/models/network.ts';
import { TransportFailed } from '../../functions/adapters/autoenhance/http-request.ts';
import { always, createBench } from './support/bench.ts';

/** One call in one kind of faults, and what its caller and the endpoint made of it. */
async function callIn(fault: EndpointFault | undefined, { abortAfterMs = Number.POSITIVE_INFINITY } = {}) {
  const bench = createBench(fault === undefined ? [] : always('endpoint', fault));
  const endpoint = createEndpoint({ unknownImages: new Set(), lockedImages: new Map() });
  endpoint.takeKeys('key');
  const environment = {
    isDead: () => false,
    deliver: (run: () => void) => run(),
    beginStep: () => ({ invocation: { id: 1 } as Invocation, tookEffect: () => {} }),
  } as unknown as Environment;
  const transport = createTransport(environment, { ...bench, endpoint, nextCall: () => 1 });
  const cutting = new AbortController();
  if (abortAfterMs < Number.POSITIVE_INFINITY) bench.scheduler.after(abortAfterMs, () => cutting.abort());
  let ended: unknown;
  const timeouts = { attemptTimeoutMs: 10_000, connectTimeoutMs: 2000, signal: cutting.signal };
  const url = 'https://api.autoenhance.ai/v3/images/house/process';
  transport({ method: 'POST', url, headers: { 'x-api-key': 'key' }, body: '{"rating":3}', ...timeouts }).then(
    (response) => {
      ended = response.status;
    },
    (error: unknown) => {
      ended = error instanceof TransportFailed ? { sent: error.sent } : error;
    },
  );
  await bench.run();
  return { ended, acts: bench.factsOf('acted').map(({ isLate }) => (isLate ? 'late' : 'in time')) };
}

const lost = { sent: true };

describe('a call', () => {
  it.each<[EndpointFault | undefined, unknown, readonly string[]]>([
    [undefined, 200, ['in time']],
    ['no_connection', { sent: false }, []],
    ['reset_before', lost, []],
    ['reset_after', lost, ['in time']],
    ['silent_before', lost, []],
    ['silent_after', lost, ['in time']],
    ['acts_late', lost, ['late']],
    ['failing', 500, []],
    ['malformed', 200, ['in time']],
  ])('in the faults "%s" ends in %j, and the endpoint acts: %j', async (fault, ended, acts) => {
    expect(await callIn(fault)).toEqual({ ended, acts });
  });

  it('that its invocation gives up may act all the same', async () => {
    expect(await callIn(undefined, { abortAfterMs: 15 })).toEqual({ ended: lost, acts: ['late'] });
  });

  it('is not sent at all by an invocation that was cut off before', async () => {
    const signal = AbortSignal.abort();
    const transport = createTransport({ isDead: () => false } as Environment, {} as never);
    const call = { method: 'POST', url: '', headers: {}, body: '', attemptTimeoutMs: 1, connectTimeoutMs: 1, signal };
    await expect(transport(call)).rejects.toMatchObject({ sent: false });
  });
});
