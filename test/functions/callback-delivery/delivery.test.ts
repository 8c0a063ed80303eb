import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startCallbackBench } from '../../support/callback-bench.ts';
import { startReceiver } from '../../support/callback-receiver.ts';

let bench: Awaited<ReturnType<typeof startCallbackBench>>;
beforeAll(async () => {
  bench = await startCallbackBench();
});
afterAll(() => bench.stop());
afterEach(() => bench.clear());

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A receiver, and the callback of the partner `acme` there. */
async function start(more: object = {}) {
  const receiver = await startReceiver();
  onTestFinished(receiver.stop);
  const functions = bench.start();
  const secret = await functions.aim(receiver.url, 'acme', more);
  receiver.received.length = 0;
  const readCallback = async () => (await functions.call({ path: '/v3/callback' })).body;
  const log = async () => (await functions.call({ path: '/v3/callback/deliveries' })).body.deliveries;
  const later = (ms: number) => functions.clock.set(functions.clock.now() + ms);
  return { receiver, secret, readCallback, log, later, ...functions };
}

describe('a callback', () => {
  it('is delivered signed, under the id of its event, and once', async () => {
    const { receiver, secret, deliver, messageFor, log, counted, later } = await start();
    receiver.trust(secret);
    const message = messageFor('house');
    later(300);
    expect(await deliver(message)).toEqual([]);
    expect(receiver.received).toEqual([{ id: message.id, path: '/hook', event: JSON.parse(message.payload) }]);
    expect(await deliver(message)).toEqual([]);
    expect(receiver.received).toHaveLength(1);
    expect(await log()).toMatchObject([{ id: message.id, state: 'delivered', attempts: 1 }]);
    expect([counted('CallbacksDelivered'), counted('CallbackDelay')]).toEqual([1, 300]);
  });

  it('that fails waits longer each time, is not sent before its time, and is given up after eight attempts', async () => {
    const { receiver, deliver, messageFor, log, hidden, later, counted } = await start();
    receiver.behave(() => ({ status: 500, body: 'x'.repeat(5000) }));
    const message = messageFor('house');
    const waits = [5, 300, 1800, 7200, 18_000, 36_000, 36_000].map((seconds) => seconds * SECOND);
    for (const wait of waits) {
      expect(await deliver(message)).toEqual(['house']);
      expect(hidden.at(-1)).toBe(wait);
      // Too early: it was not hidden for as long.
      later(wait - SECOND);
      expect(await deliver(message)).toEqual(['house']);
      expect(hidden.at(-1)).toBe(SECOND);
      later(SECOND);
      // One that is delivered keeps the callback from being paused.
      receiver.behave(({ event }) => ({ status: event.subject === 'other' ? 200 : 500, body: 'x'.repeat(5000) }));
      await deliver(messageFor('other', { eventId: `http:other${wait}${hidden.length}.succeeded` }));
    }
    expect(await deliver(message)).toEqual([]);
    expect(receiver.refused).toHaveLength(8);
    const [delivery] = (await log()).filter(({ subject }: { readonly subject: string }) => subject === 'house');
    expect(delivery).toMatchObject({ state: 'given_up', attempts: 8, next_attempt_at: null });
    expect(delivery.last_attempts.at(-1).response).toBe('x'.repeat(200));
    expect([counted('CallbacksGivenUp'), counted('CallbackAttemptsFailed')]).toEqual([1, 8]);
    expect(await deliver(message)).toEqual([]);
    expect(receiver.refused).toHaveLength(8);
  });

  it.each([429, 503])('waits for as long as Retry-After says with %i', async (status) => {
    const { receiver, deliver, messageFor, hidden } = await start();
    receiver.behave(() => ({ status, headers: { 'retry-after': '120' } }));
    await deliver(messageFor('house'));
    expect(hidden).toEqual([120 * SECOND]);
    // The receiver asked for it on behalf of all.
    expect(await deliver(messageFor('garden'))).toEqual(['garden']);
    expect(hidden).toEqual([120 * SECOND, 120 * SECOND]);
    expect(receiver.refused).toHaveLength(1);
  });

  it('holds up what follows of its image, and nothing else', async () => {
    const { receiver, deliver, messageFor } = await start();
    receiver.behave(({ event }) => ({ status: event.subject === 'house' ? 503 : 204 }));
    const second = messageFor('house', { eventId: 'http:house.image.processed', type: 'image.processed' });
    expect(await deliver(messageFor('house'), second, messageFor('garden'))).toEqual(['house', 'house']);
    expect(receiver.received.map(({ event }) => event.subject)).toEqual(['garden']);
    expect(receiver.refused).toHaveLength(1);
  });

  it('of an event that the partner does not want, or of a partner without a callback, is given up', async () => {
    const { receiver, deliver, messageFor, call, log, counted } = await start({ events: ['batch.finished'] });
    expect(await deliver(messageFor('house'), messageFor('house', { partner: 'other' }))).toEqual([]);
    await call({ method: 'DELETE', path: '/v3/callback' });
    expect(await deliver(messageFor('b_1', { type: 'batch.finished' }))).toEqual([]);
    expect(receiver.received).toEqual([]);
    expect(await log()).toMatchObject([{ state: 'given_up' }, { state: 'given_up' }]);
    expect(counted('CallbacksGivenUp')).toBe(3);
  });

  it('that waits when its callback is removed is given up, and one that was delivered stays so', async () => {
    const { receiver, deliver, messageFor, call, log } = await start();
    const [taken, waits] = [messageFor('house'), messageFor('garden')];
    receiver.behave(({ event }) => ({ status: event.subject === 'house' ? 204 : 500 }));
    expect(await deliver(taken, waits)).toEqual(['garden']);
    await call({ method: 'DELETE', path: '/v3/callback' });
    expect(await deliver(taken, waits)).toEqual([]);
    const states = (await log()).map((each: Record<string, unknown>) => [each.subject, each.state, each.attempts]);
    expect(Object.fromEntries(states.map(([subject, ...rest]: unknown[]) => [subject, rest]))).toEqual({
      house: ['delivered', 1],
      garden: ['given_up', 1],
    });
  });

  it('is signed by a key that was added since this container read them', async () => {
    const { receiver, deliver, messageFor, secrets } = await start();
    await deliver(messageFor('house'));
    const other = bench.start();
    const signing = JSON.stringify({ ...JSON.parse(secrets.signing), second: 's'.repeat(64) });
    for (const each of [secrets, other.secrets]) Object.assign(each, { signing });
    receiver.trust((await other.call({ method: 'POST', path: '/v3/callback/rotate' })).body.secret);
    expect(await deliver(messageFor('garden'))).toEqual([]);
    expect([receiver.received.length, receiver.refused.length]).toEqual([2, 0]);
  });

  it('that has waited until its queue would soon drop it is given up', async () => {
    const { receiver, deliver, messageFor, log, later } = await start();
    const message = messageFor('house');
    later(13 * 24 * HOUR + 1);
    expect(await deliver(message)).toEqual([]);
    expect(await log()).toMatchObject([{ state: 'given_up', attempts: 0 }]);
    expect(receiver.received).toEqual([]);
  });
});

describe('a receiver that', () => {
  it('is dead is left alone after three attempts, and holds up no other partner', async () => {
    const { receiver, deliver, messageFor, later } = await start();
    const other = await startReceiver();
    onTestFinished(other.stop);
    await bench.start().aim(other.url, 'other');
    other.received.length = 0;
    receiver.behave(() => 'hang_up');
    for (const subject of ['a', 'b', 'c', 'd', 'e']) await deliver(messageFor(subject));
    receiver.behave(() => ({ status: 204 }));
    expect(await deliver(messageFor('f'), messageFor('g', { partner: 'other' }))).toEqual(['f']);
    expect([receiver.received, other.received.length]).toEqual([[], 1]);
    // The first call probes.
    later(5 * SECOND);
    expect(await deliver(messageFor('f'))).toEqual([]);
    expect(await deliver(messageFor('d'))).toEqual([]);
    expect(receiver.received).toHaveLength(2);
  });

  it('is dead for long has what waits come ever more seldom', async () => {
    const { receiver, deliver, messageFor, hidden, later } = await start();
    receiver.behave(() => 'hang_up');
    await deliver(messageFor('a'));
    for (const [hours, wait] of [
      [1, 6 * MINUTE],
      [9, 30 * MINUTE],
    ] as const) {
      later(hours * HOUR);
      for (const each of [1, 2, 3]) await deliver(messageFor(`${hours}-${each}`));
      expect(await deliver(messageFor('z'))).toEqual(['z']);
      expect(hidden.at(-1)).toBe(wait);
    }
  });

  it('answers 410 ends its callback, and the results queue is told', async () => {
    const { receiver, deliver, messageFor, events, log, readCallback, counted } = await start();
    receiver.behave(() => ({ status: 410 }));
    expect(await deliver(messageFor('house'))).toEqual([]);
    expect(events).toMatchObject([{ type: 'callback.removed', subject: 'acme', data: { partner: 'acme' } }]);
    expect((await readCallback()).status).toBe(404);
    expect(await log()).toMatchObject([{ state: 'given_up' }]);
    expect(counted('CallbacksRemoved')).toBe(1);
  });

  it('has failed for a day is paused, told of, and resumed by a test that succeeds', async () => {
    const { receiver, deliver, messageFor, events, readCallback, later, call, hidden, counted } = await start();
    receiver.behave(() => ({ status: 500 }));
    await deliver(messageFor('a'));
    const { failing_since: since, state } = await readCallback();
    expect([state, since]).toEqual(['active', expect.any(String)]);
    later(24 * HOUR - 1);
    await deliver(messageFor('b'));
    expect((await readCallback()).state).toBe('active');
    later(1);
    await deliver(messageFor('c'));
    expect(await readCallback()).toMatchObject({ state: 'paused', paused: { detail: 'the receiver answered 500' } });
    expect(events).toMatchObject([
      {
        type: 'callback.paused',
        data: { partner: 'acme', origin: new URL(receiver.url).origin, failing_since: since },
      },
    ]);
    expect(counted('CallbacksPaused')).toBe(1);
    const calls = receiver.refused.length;
    later(HOUR);
    expect(await deliver(messageFor('d'))).toEqual(['d']);
    expect(hidden.at(-1)).toBe(45 * MINUTE);
    expect((await call({ method: 'POST', path: '/v3/callback/test' })).body.delivered).toBe(false);
    expect([(await readCallback()).state, receiver.refused.length]).toEqual(['paused', calls + 1]);
    receiver.behave(() => ({ status: 204 }));
    expect((await call({ method: 'POST', path: '/v3/callback/test' })).body.delivered).toBe(true);
    expect(await readCallback()).toMatchObject({ state: 'active', failing_since: null });
    expect(await deliver(messageFor('d'), messageFor('a'))).toEqual([]);
    expect(events).toHaveLength(1);
  });

  it('comes back ends the time that counts towards a pause', async () => {
    const { receiver, deliver, messageFor, readCallback, later } = await start();
    receiver.behave(() => ({ status: 500 }));
    await deliver(messageFor('a'));
    later(23 * HOUR);
    receiver.behave(() => ({ status: 204 }));
    await deliver(messageFor('b'));
    expect((await readCallback()).failing_since).toBeNull();
  });
});

it('neither a secret, a URL nor an answer is logged', async () => {
  const { receiver, deliver, messageFor, lines } = await start();
  receiver.behave(() => ({ status: 500, body: 'what the receiver said' }));
  await deliver(messageFor('house'));
  const written = JSON.stringify(lines);
  expect(written).not.toContain('whsec_');
  expect(written).not.toContain('/hook');
  expect(written).not.toContain('what the receiver said');
});
