import { setImmediate as nextLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CALLBACK_EVENTS, type Callback, type SetCallback } from '../../../../functions/core/callback/callback.ts';
import {
  type CallbackDelivery,
  type CallbackMessage,
  deliveryOf,
  messageIdOf,
} from '../../../../functions/core/callback/delivery.ts';
import type { PostResult } from '../../../../functions/core/callback/delivery-policy.ts';
import { createManageCallback } from '../../../../functions/core/callback/manage-callback.ts';
import type { CallbackStore } from '../../../../functions/core/callback/ports.ts';
import { listeningLogger, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const url = 'https://acme.example/hook';
const to = { url, events: CALLBACK_EVENTS };
const target = { ...to, url: 'https://acme.example/before', createdAt: NOON - 1000, updatedAt: NOON - 1000 };
const secrets = [{ keyId: 'k1', salt: 'salt', createdAt: NOON - 1000 }];
const standing: SetCallback = { partner: 'acme', secrets, target };
const answered = (status: number): PostResult => ({ kind: 'answered', durationMs: 1, status, text: '' });

/** @param store what the ledger does otherwise than usual @param result of each call */
function start(store: Partial<CallbackStore> = {}, result = answered(204)) {
  const clock = standingClock();
  const steps: unknown[] = [];
  const saved: CallbackDelivery[] = [];
  const needed: (readonly string[] | undefined)[] = [];
  const log = listeningLogger();
  const never = () => Promise.reject(new Error('nobody asks'));
  const manage = createManageCallback({
    callbacks: {
      ...{ find: never, remove: never, failing: never, pause: never },
      begin: async (partner, secret): Promise<Callback> => ({ partner, secrets: [secret] }),
      aim: async (partner, aimed) => {
        steps.push(['aim', aimed]);
        return { ...standing, partner };
      },
      replaceSecrets: async () => true,
      working: async (partner, _target, ends) => {
        await nextLoop();
        steps.push(['working', partner, ends]);
      },
      ...store,
    },
    deliveries: {
      save: async (delivery) => {
        await nextLoop();
        saved.push(delivery);
      },
    },
    sendCallback: async (callback, { id }) => {
      steps.push(['send', callback.url, id]);
      return result;
    },
    readKeys: async (_limits, ids) => {
      needed.push(ids);
      return new Map([['k1', 'a'.repeat(64)]]);
    },
    ...{ stage: 'test', clock, randomId: () => 'random', log },
  });
  return { manage, steps, saved, needed, log, limits: plentyOfTime(clock) };
}

describe('a callback that is set', () => {
  it('is tested first', async () => {
    const { manage, steps, log, needed, limits } = start();
    expect(await manage.set('acme', to, limits)).toMatchObject({ kind: 'set', secret: expect.any(String) });
    expect(needed).toEqual([undefined, ['k1']]);
    expect(log.lines.map(({ facts }) => facts)).toEqual([
      { partner: 'acme', status: 204, error: undefined, duration_ms: 1 },
      { partner: 'acme', origin: 'https://acme.example' },
    ]);
    expect(steps).toMatchObject([
      ['send', url, expect.any(String)],
      ['aim', to],
    ]);
  });

  it('and removed by somebody else at the same time is a conflict', async () => {
    const { manage, limits } = start({ aim: async () => undefined });
    expect(await manage.set('acme', to, limits)).toEqual({ kind: 'conflict' });
  });

  it('whose test fails is not set', async () => {
    const { manage, steps, limits } = start({ begin: async () => standing }, answered(500));
    const refused = await manage.set('acme', to, limits);
    expect(refused).toMatchObject({ kind: 'refused', attempt: { at: NOON, status: 500 } });
    expect(refused).not.toHaveProperty('secret');
    const first = start({}, answered(500));
    expect(await first.manage.set('acme', to, limits)).toMatchObject({ kind: 'refused', secret: expect.any(String) });
    expect(steps).toMatchObject([['send', url, expect.any(String)]]);
  });
});

describe('a test of a callback', () => {
  it.each<[string, object, PostResult, boolean]>([
    ['ends a pause', { paused: { at: NOON, detail: 'no answer' } }, answered(204), true],
    ['ends a failure', { failingSince: NOON - 1 }, answered(204), true],
    ['that fails ends nothing', { failingSince: NOON - 1 }, answered(500), false],
    ['has nothing to end while all is well', {}, answered(204), false],
  ])('%s', async (_, more, result, isEnded) => {
    const { manage, steps, limits } = start({}, result);
    await manage.test({ ...standing, target: { ...target, ...more } }, limits);
    expect(steps.slice(1)).toEqual(isEnded ? [['working', 'acme', 'pause']] : []);
  });
});

describe('a secret that is rotated', () => {
  it('signs beside the old one', async () => {
    const replaceSecrets: CallbackStore['replaceSecrets'] = async (_callback, both) => both.length === 2;
    const { manage, log, needed, limits } = start({ replaceSecrets });
    expect(await manage.rotate(standing, limits)).toMatchObject({
      kind: 'rotated',
      callback: {
        secrets: [
          { salt: 'random', createdAt: NOON },
          { salt: 'salt', expiresAt: NOON + 86_400_000 },
        ],
      },
    });
    expect([log.lines, needed]).toMatchObject([[{ facts: { partner: 'acme' } }], [undefined, ['k1']]]);
  });

  it('by somebody else at the same time is a conflict', async () => {
    const { manage, limits } = start({ replaceSecrets: async () => false });
    expect(await manage.rotate(standing, limits)).toEqual({ kind: 'conflict' });
  });

  it.each([
    [3, 'rotated'],
    [4, 'too_many'],
  ])('while %d sign is %s', async (count, kind) => {
    const { manage, limits } = start();
    const some = Array.from({ length: count }, (_, index) => ({ keyId: 'k1', salt: `${index}`, createdAt: NOON }));
    const ended = { keyId: 'k1', salt: 'ended', createdAt: NOON - 1000, expiresAt: NOON };
    expect(await manage.rotate({ ...standing, secrets: [...some, ended] }, limits)).toMatchObject({ kind });
  });
});

describe('a callback that is sent once more', () => {
  const message: CallbackMessage = {
    ...{ id: messageIdOf('acme', 'http:1'), partner: 'acme', eventId: 'http:1' },
    ...{ type: 'reprocess.succeeded', subject: 'house', at: NOON - 5000, payload: '{}' },
  };
  const waiting = { ...deliveryOf(message), attempts: 1, nextAttemptAt: NOON + 9000 };

  it('and was given up stays so where it fails again', async () => {
    const { manage, limits } = start({}, answered(500));
    const givenUp = { ...deliveryOf(message), state: 'given_up' as const, attempts: 8 };
    expect(await manage.resend(standing, givenUp, limits)).toMatchObject({
      ...{ state: 'given_up', attempts: 9, resends: 1 },
    });
  });

  it.each<[PostResult, object]>([
    [answered(204), { state: 'delivered', attempts: 2, nextAttemptAt: NOON + 9000 }],
    [answered(500), { state: 'waiting', attempts: 2, resends: 1, nextAttemptAt: NOON + 9000 }],
  ])('and comes to %j keeps its own time, and is saved', async (result, expected) => {
    const { manage, saved, steps, limits } = start({}, result);
    expect(await manage.resend(standing, waiting, limits)).toMatchObject(expected);
    expect([saved, steps]).toMatchObject([[expected], [['send', target.url, message.id]]]);
  });

  const failing = { failingSince: NOON - 1 };
  it.each<[string, object, PostResult, boolean]>([
    ['shows that its receiver works again', failing, answered(204), true],
    ['shows nothing where it fails again', failing, answered(500), false],
    ['has nothing to show while all is well', {}, answered(204), false],
    ['ends no pause', { ...failing, paused: { at: NOON, detail: 'no answer' } }, answered(204), false],
  ])('%s', async (_, more, result, isShown) => {
    const { manage, steps, limits } = start({}, result);
    await manage.resend({ ...standing, target: { ...target, ...more } }, waiting, limits);
    expect(steps.slice(1)).toEqual(isShown ? [['working', 'acme', 'failure']] : []);
  });

  it('shows nothing where it fails, although it was delivered before', async () => {
    const { manage, steps, limits } = start({}, answered(500));
    const delivered = { ...waiting, state: 'delivered' } as const;
    await manage.resend({ ...standing, target: { ...target, ...failing } }, delivered, limits);
    expect(steps.slice(1)).toEqual([]);
  });
});
