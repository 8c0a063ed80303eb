import { describe, expect, it } from 'vitest';
import { newBatch } from '../../../../functions/core/batch/batch.ts';
import { batchFinished } from '../../../../functions/core/batch/batch-event.ts';
import { CALLBACK_EVENTS, type Callback } from '../../../../functions/core/callback/callback.ts';
import { type CallbackMessage, messageIdOf } from '../../../../functions/core/callback/delivery.ts';
import { createTellPartners } from '../../../../functions/core/callback/tell-partners.ts';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import type { ServiceEvent } from '../../../../functions/core/outcome/events.ts';
import { failure } from '../../../../functions/core/outcome/failure.ts';
import { outcomeEvent } from '../../../../functions/core/outcome/outcome.ts';
import { httpRequestId } from '../../../../functions/core/request/reprocess-request.ts';
import { aRequest, NOON, plentyOfTime, standingClock } from '../../../support/fixtures.ts';

const SECOND = 1000;
const outcome = { kind: 'succeeded', response: '{}', attempts: 1, warnings: [], at: NOON } as const;
const eventOf = (partner?: string) => outcomeEvent(aRequest(partner === undefined ? {} : { partner }), outcome);
const REQUEST_ID = httpRequestId('acme', 'key');
const PATH_OF_REQUEST = `/v3/requests/${REQUEST_ID}`;
const ownedBy = (partner?: string) => (partner === undefined ? {} : { partner });

function imageEvent(partner?: string) {
  const request = {
    ...aRequest({ ...ownedBy(partner), requestId: REQUEST_ID, imageId: 'house' }),
    isAmbiguous: false,
  } as never;
  const findings = { request, image: null, confirmed: null, warnings: [] };
  return { id: 'completion', groupId: 'house', type: 'image.processed', at: NOON, body: {}, findings };
}

function batchEvent(partner?: string) {
  const file = { bucket: 'uploads', key: 'requests/a.ndjson' };
  const batch = newBatch({ batchId: 'b_1', name: 'a', source: 'http', file, createdAt: NOON, ...ownedBy(partner) });
  return batchFinished(batch, undefined);
}

const LONG = JSON.stringify({ note: 'x'.repeat(30_000) });

function longOutcomeEvent() {
  return outcomeEvent(aRequest({ partner: 'acme', requestId: REQUEST_ID }), { ...outcome, response: LONG });
}

function longBatchEvent() {
  const event = batchEvent('acme');
  return { ...event, batch: { ...event.batch, name: 'x'.repeat(30_000) } };
}

const callbackFor = (events: readonly (typeof CALLBACK_EVENTS)[number][] = CALLBACK_EVENTS): Callback => ({
  partner: 'acme',
  secrets: [],
  target: { url: 'https://acme.example', events, createdAt: 0, updatedAt: 0 },
});

/** The two queues, and the callback that the ledger has. */
function open(callback: Callback | undefined) {
  // An event is published some time after what it tells of.
  const clock = standingClock(NOON + SECOND);
  const [published, queued, reads]: [ServiceEvent[], CallbackMessage[], string[]] = [[], [], []];
  const away = { results: false, callbacks: false };
  const left: string[] = [];
  const fail = (isAway: boolean) => {
    if (isAway) throw new DependencyUnavailable('callback queue', new Error('connect ECONNREFUSED'));
  };
  const events = createTellPartners({
    events: {
      publish: async (event) => {
        fail(away.results);
        published.push(event);
      },
      join: () => () => void left.push('results'),
    },
    findCallback: async (partner) => {
      reads.push(partner);
      return callback;
    },
    queue: {
      send: async (message) => {
        fail(away.callbacks);
        queued.push(message);
      },
      join: () => () => void left.push('callbacks'),
    },
    stage: 'test',
    clock,
  });
  return {
    publish: (event: ServiceEvent) => events.publish(event, plentyOfTime(clock)),
    join: () => events.join(plentyOfTime(clock)),
    left,
    published,
    queued,
    reads,
    away,
    clock,
  };
}

describe('an event', () => {
  it('of a partner with a callback goes to both queues, with what its receiver gets', async () => {
    const { publish, published, queued } = open(callbackFor());
    const event = eventOf('acme');
    await publish(event);
    expect(published).toEqual([event]);
    expect(queued).toMatchObject([
      { partner: 'acme', eventId: event.id, type: 'reprocess.succeeded', subject: event.groupId, at: NOON },
    ]);
    expect(JSON.parse(queued[0]?.payload ?? '')).toMatchObject({
      id: event.id,
      data: { request: { partner: 'acme' } },
    });
  });

  it.each<[string, ServiceEvent, string, string]>([
    ['an image', imageEvent('acme'), 'image.processed', 'house'],
    ['an image that failed', { ...imageEvent('acme'), type: 'image.failed' }, 'image.failed', 'house'],
    ['an image of which nobody knows', { ...imageEvent('acme'), type: 'image.unknown' }, 'image.unknown', 'house'],
    ['a batch', batchEvent('acme'), 'batch.finished', 'b_1'],
  ])('of the end of %s is told to its partner', async (_what, event, type, subject) => {
    const { publish, queued } = open(callbackFor());
    await publish(event);
    const id = messageIdOf('acme', event.id);
    expect(queued).toMatchObject([{ id, partner: 'acme', eventId: event.id, type, subject, at: NOON }]);
  });

  it.each<[string, ServiceEvent, string]>([
    ['a request', longOutcomeEvent(), PATH_OF_REQUEST],
    ['an image', { ...imageEvent('acme'), body: { note: LONG } }, PATH_OF_REQUEST],
    ['a batch', longBatchEvent(), '/v3/batches/b_1'],
  ])('of %s that is too long is cut, and says where all of it can be read', async (_what, event, path) => {
    const { publish, queued } = open(callbackFor());
    await publish(event);
    expect(JSON.parse(queued[0]?.payload ?? '')).toMatchObject({ dataref: path, data: { cut: expect.any(Array) } });
  });

  it('is told to its partner while the results queue takes its time', async () => {
    const { publish, queued, away } = open(callbackFor());
    away.results = true;
    await expect(publish(eventOf('acme'))).rejects.toThrow(DependencyUnavailable);
    expect(queued).toHaveLength(1);
  });

  it('of a request that failed is told to its partner', async () => {
    const { publish, queued } = open(callbackFor());
    const error = failure('not_found', 'no such image');
    await publish(outcomeEvent(aRequest({ partner: 'acme' }), { ...outcome, kind: 'failed', error }));
    expect(queued).toMatchObject([{ type: 'reprocess.failed' }]);
  });

  it.each([
    ['a request', eventOf()],
    ['an image', imageEvent()],
    ['a batch', batchEvent()],
    ['an image that no request is known for', { id: 'x', groupId: 'x', type: 'image.processed', at: NOON, body: {} }],
    [
      'a callback',
      {
        id: 'x',
        groupId: 'x',
        type: 'callback.paused',
        at: NOON,
        callback: { partner: 'acme', origin: '', detail: '' },
      },
    ],
  ] as readonly (readonly [string, ServiceEvent])[])('of %s that is nobody’s costs no read', async (_what, event) => {
    const { publish, published, queued, reads } = open(callbackFor());
    await publish(event);
    expect([published.length, queued, reads]).toEqual([1, [], []]);
  });

  it.each([
    ['has no callback', undefined],
    ['has none yet', { partner: 'acme', secrets: [] }],
    ['wants other events', callbackFor(['batch.finished'])],
  ])('of a partner who %s goes to the results alone', async (_what, callback) => {
    const { publish, published, queued } = open(callback);
    await publish(eventOf('acme'));
    expect([published.length, queued]).toEqual([1, []]);
  });

  it('that one of the queues did not take is not published, and is sent to both again', async () => {
    const { publish, published, queued, away } = open(callbackFor());
    const event = eventOf('acme');
    away.callbacks = true;
    await expect(publish(event)).rejects.toThrow(DependencyUnavailable);
    Object.assign(away, { callbacks: false, results: true });
    await expect(publish(event)).rejects.toThrow(DependencyUnavailable);
    away.results = false;
    await publish(event);
    expect([new Set(published).size, new Set(queued.map(({ id }) => id)).size]).toEqual([1, 1]);
  });
});

it('a partner is looked up once in ten seconds, however many its events are', async () => {
  const { publish, reads, clock } = open(undefined);
  for (let event = 0; event < 100; event += 1) await publish(eventOf('acme'));
  await publish(eventOf('other'));
  expect(reads).toEqual(['acme', 'other']);
  clock.set(clock.now() + 10 * SECOND);
  await publish(eventOf('acme'));
  expect(reads).toHaveLength(3);
});

it('who has nothing more to publish leaves both queues, so that neither waits for it', () => {
  const { join, left } = open(undefined);
  join()();
  expect(left).toEqual(['results', 'callbacks']);
});
