import { describe, expect, it } from 'vitest';
import { countCalls } from '../../../../functions/adapters/autoenhance/counted-transport.ts';
import { TransportFailed } from '../../../../functions/adapters/autoenhance/http-request.ts';
import { listeningMetrics, standingClock } from '../../../support/fixtures.ts';
import { httpCall } from './support.ts';

/** One call that takes 700 ms. @param end its status, or how it fails */
async function call(end: number | Error, signal = new AbortController().signal) {
  const clock = standingClock();
  const metrics = listeningMetrics();
  const open = async () => 'opened';
  const send = async () => {
    clock.set(clock.now() + 700);
    if (end instanceof Error) throw end;
    return { status: end, headers: {}, body: '', truncated: false };
  };
  const transport = countCalls(Object.assign(send, { open }), { metrics, clock });
  const result = await transport(httpCall('http://endpoint', { signal })).catch((error: unknown) => error);
  return { counted: metrics.values, result, opens: transport.open === open };
}

const lost = new TransportFailed('lost', { sent: true, timedOut: false });
const unsent = new TransportFailed('no connection', { sent: false, timedOut: false });

describe('a call', () => {
  it.each([
    [200, 'Calls2xx'],
    [302, 'Calls3xx'],
    [404, 'Calls4xx'],
    [499, 'Calls4xx'],
    [503, 'Calls5xx'],
  ])('that is answered with %i counts as %s, with the time that it took', async (status, name) => {
    const { counted, result } = await call(status);
    expect(counted).toEqual([
      ['CallLatency', 700],
      [name, 1],
    ]);
    expect(result).toMatchObject({ status });
  });

  it('that is answered with no known class counts its time alone', async () => {
    expect((await call(600)).counted).toEqual([['CallLatency', 700]]);
  });

  it.each<[string, Error, boolean, readonly string[]]>([
    ['was sent and lost', lost, false, ['CallsLost']],
    ['was sent and cut off', lost, true, ['CallsLost']],
    ['did not connect', unsent, false, ['CallsNotSent']],
    ['was cut off before it was sent', unsent, true, []],
    ['ended in a bug', new TypeError('a bug'), false, []],
  ])('that %s is counted as that, and fails all the same', async (_, error, isCut, names) => {
    const { counted, result } = await call(error, isCut ? AbortSignal.abort() : undefined);
    expect(counted.map(([name]) => name)).toEqual(names);
    expect(result).toBe(error);
  });

  it('has its connection opened as before', async () => expect((await call(200)).opens).toBe(true));
});
