import { describe, expect, it } from 'vitest';
import { NOON } from '../../support/fixtures.ts';
import { breaks, KEYS, nothing, placeOf, refuses, says, serviceAt, startAws } from './support.ts';

describe('repeats', () => {
  it('wait as long as chance says, up to twice as long each time, and end with the last attempt', async () => {
    const away = refuses(503, 'ServiceUnavailable');
    const { url, calls } = await startAws(away, away, away, away);
    const pauses: number[] = [];
    const clock = { now: () => NOON, sleep: async (ms: number) => void pauses.push(ms) };
    const chances = [0.5, 0.25];
    const options = { clock, random: () => chances.shift() ?? 0, firstPauseMs: 50 };
    const call = serviceAt(placeOf('sqs', url), options).call('SendMessage', '{}');
    await expect(call).rejects.toMatchObject({ name: 'ServiceUnavailable', status: 503 });
    expect(pauses).toEqual([25, 25]);
    expect(calls).toHaveLength(3);
  });

  it('are not begun once the invocation has ended in a pause', async () => {
    const { url, calls } = await startAws(refuses(500, 'InternalFailure'));
    const ending = new AbortController();
    const clock = {
      now: () => NOON,
      async sleep(_ms: number, signal?: AbortSignal) {
        expect(signal).toBe(ending.signal);
        ending.abort();
      },
    };
    const call = serviceAt(placeOf('sqs', url), { clock }).call('SendMessage', '{}', ending.signal);
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toHaveLength(1);
  });

  it('that help cost nothing in the end, however often they are needed', async () => {
    const { url, calls } = await startAws(
      ...Array.from({ length: 100 }, (_, call) => (call % 2 === 0 ? breaks : says(200, '{}'))),
    );
    const service = serviceAt(placeOf('sqs', url));
    for (let call = 0; call < 50; call += 1) expect(await service.call('SendMessage', '{}')).toEqual({});
    expect(calls).toHaveLength(100);
  });

  it('of one service leave those of another alone', async () => {
    const away = Array.from({ length: 200 }, () => refuses(500, 'InternalFailure'));
    const { url, calls } = await startAws(...away);
    const [one, other] = [serviceAt(placeOf('sqs', url)), serviceAt(placeOf('sqs', url))];
    const attemptsOf = async (service: typeof one) => {
      const before = calls.length;
      await service.call('SendMessage', '{}').catch(() => {});
      return calls.length - before;
    };
    while ((await attemptsOf(one)) > 1);
    expect(await attemptsOf(one)).toBe(1);
    expect(await attemptsOf(other)).toBe(3);
  });
});

describe('a service', () => {
  it('asks for its credentials once', async () => {
    const { url } = await startAws();
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return KEYS;
    };
    const service = serviceAt(placeOf('sqs', url), { credentials });
    await Promise.all([1, 2, 3].map(() => service.call('SendMessage', '{}')));
    expect(asked).toBe(1);
  });

  it('without credentials says what is missing, and sends nothing', async () => {
    const { url, calls } = await startAws();
    const credentials = () => Promise.reject(new Error('AWS_ACCESS_KEY_ID must be set'));
    const call = serviceAt(placeOf('sqs', url), { credentials }).call('SendMessage', '{}');
    await expect(call).rejects.toThrow('AWS_ACCESS_KEY_ID must be set');
    expect(calls).toEqual([]);
  });

  it('uses a connection that was opened before, or used before; calls side by side have one each', async () => {
    const { url, connections } = await startAws();
    const service = serviceAt(placeOf('sqs', url));
    await service.open(new AbortController().signal);
    for (let call = 0; call < 5; call += 1) await service.call('SendMessage', '{}');
    expect(connections()).toBe(1);
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => service.call('SendMessage', '{}')));
    }
    expect(connections()).toBe(5);
  });

  it('calls again where a kept connection was closed by the other side meanwhile', async () => {
    const { url, calls, connections } = await startAws(says(200, '{}'), breaks);
    const service = serviceAt(placeOf('sqs', url));
    for (let call = 0; call < 2; call += 1) expect(await service.call('SendMessage', '{}')).toEqual({});
    expect([calls.length, connections()]).toEqual([3, 2]);
  });

  it('gives a call up at once when its invocation ends, and does not repeat it', async () => {
    const { url, calls } = await startAws(nothing);
    const ending = new AbortController();
    const call = serviceAt(placeOf('sqs', url)).call('SendMessage', '{}', ending.signal);
    await expect.poll(() => calls.length).toBe(1);
    ending.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(calls).toHaveLength(1);
  });
});
