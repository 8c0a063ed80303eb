import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import { failure } from '../../../../functions/core/outcome/failure.ts';
import type { Outcome, OutcomeEvent } from '../../../../functions/core/outcome/outcome.ts';
import { createOutcomePublisher } from '../../../../functions/core/outcome/record-and-publish.ts';
import type { Ledger } from '../../../../functions/core/ports.ts';
import {
  aRequest,
  listeningLogger,
  listeningMetrics,
  NOON,
  plentyOfTime,
  standingClock,
} from '../../../support/fixtures.ts';

const outcome: Outcome = { kind: 'succeeded', response: '{}', attempts: 2, warnings: [], at: NOON };

/** @param failures how often the ledger and the results queue are away before they can be used */
function start({ ledgerFails = 0, queueFails = 0, standing = outcome } = {}) {
  const clock = standingClock();
  const steps: string[] = [];
  const events: OutcomeEvent[] = [];
  const metrics = listeningMetrics();
  let [records, publishes] = [0, 0];
  const ledger = {
    async record() {
      steps.push('record');
      records += 1;
      if (records <= ledgerFails) throw new DependencyUnavailable('ledger', new Error('away'));
      return standing;
    },
  } as unknown as Ledger;
  const outcomes = {
    async publish(event: OutcomeEvent) {
      steps.push('publish');
      publishes += 1;
      if (publishes <= queueFails) throw new DependencyUnavailable('result queue', new Error('away'));
      events.push(event);
    },
    join: () => () => undefined,
  };
  const log = listeningLogger();
  const publisher = createOutcomePublisher({ ledger, outcomes, clock, log, metrics });
  return { publisher, steps, events, clock, metrics, log, limits: plentyOfTime(clock) };
}

describe('an outcome', () => {
  it('is recorded, then published', async () => {
    const { publisher, steps, events, limits } = start();
    const request = aRequest();
    await publisher.recordAndPublish(request, outcome, limits);
    expect(steps).toEqual(['record', 'publish']);
    expect(events).toEqual([{ id: `${request.requestId}.succeeded`, groupId: request.imageId, request, outcome }]);
  });

  it('is written again until the ledger is back', async () => {
    const { publisher, steps, limits } = start({ ledgerFails: 5 });
    await publisher.recordAndPublish(aRequest(), outcome, limits);
    expect(steps).toEqual([...Array.from({ length: 6 }, () => 'record'), 'publish']);
  });

  it('that could not be recorded until the deadline is not published', async () => {
    const { publisher, steps, limits, clock } = start({ ledgerFails: 1000 });
    await expect(publisher.recordAndPublish(aRequest(), outcome, limits)).rejects.toThrow(DependencyUnavailable);
    expect(steps).not.toContain('publish');
    expect(limits.deadline - clock.now()).toBeLessThanOrEqual(2000);
  });

  it('of which the ledger has another is published as the ledger has it, and not counted', async () => {
    const standing: Outcome = {
      kind: 'failed',
      error: failure('gave_up', 'as before'),
      attempts: 1,
      warnings: [],
      at: 1,
    };
    const { publisher, events, limits, metrics } = start({ standing });
    await publisher.recordAndPublish(aRequest(), outcome, limits);
    expect(events.map((event) => event.outcome)).toEqual([standing]);
    expect(metrics.counted).toEqual([]);
  });

  it.each<[string, Partial<Outcome>, boolean]>([
    ['is the one just written', {}, true],
    ['was written at another time', { at: NOON - 1 }, false],
    ['is of another attempt', { attempts: 1 }, false],
    ['ended otherwise', { kind: 'failed', error: failure('gave_up', 'as before') } as Partial<Outcome>, false],
  ])('that %s is counted only if it is new', async (_, change, isCounted) => {
    const { publisher, limits, metrics } = start({ standing: { ...outcome, ...change } as Outcome });
    await publisher.recordAndPublish(aRequest(), outcome, limits);
    expect(metrics.counted.length > 0).toBe(isCounted);
  });

  it('is published again no longer than the invocation lasts', async () => {
    const { publisher, limits, clock } = start({ queueFails: 1000 });
    const short = { ...limits, deadline: NOON + 1000 };
    await expect(publisher.publishRecorded(aRequest(), outcome, short)).rejects.toThrow(DependencyUnavailable);
    expect(clock.now() - NOON).toBeLessThan(1000);
  });

  it('is published again for three seconds while the queue is away, and no longer', async () => {
    const back = start({ queueFails: 3 });
    await back.publisher.publishRecorded(aRequest(), outcome, back.limits);
    expect(back.events).toHaveLength(1);
    const away = start({ queueFails: 1000 });
    await expect(away.publisher.publishRecorded(aRequest(), outcome, away.limits)).rejects.toThrow(
      DependencyUnavailable,
    );
    expect(away.clock.now() - NOON).toBeLessThanOrEqual(3000);
  });
});

describe('a refusal', () => {
  it('is counted and logged once it is published, and not before', async () => {
    const { publisher, limits, metrics, log } = start({ queueFails: 1 });
    const request = { requestId: 'sqs:1', source: 'sqs', acceptedAt: NOON, original: '{' } as const;
    const refused = { id: 'refused', groupId: 'its own', request };
    const publishing = publisher.publishRefusal(refused, failure('invalid_request', 'no JSON'), limits);
    expect([metrics.counted, log.lines]).toEqual([[], []]);
    await publishing;
    expect(metrics.counted).toEqual(['OutcomeFailed', 'OutcomeInvalidRequest']);
    const facts = { outcome: 'invalid_request', attempt: 0, detail: 'no JSON', group: 'its own', request_id: 'sqs:1' };
    expect(log.lines).toMatchObject([{ level: 'warn', facts }]);
  });

  it('that is announced again is the same event, whenever that is, in the group of its image', async () => {
    const { publisher, events, limits, clock } = start();
    const request = { ...aRequest({ imageId: 'villa' }), acceptedAt: NOON - 5000, original: '' };
    const refused = { id: 'refused', groupId: 'another group', request };
    await publisher.publishRefusal(refused, failure('invalid_request', 'no'), limits);
    clock.set(NOON + 60_000);
    await publisher.publishRefusal(refused, failure('invalid_request', 'no'), limits);
    expect(events[1]).toEqual(events[0]);
    expect(events[0]).toMatchObject({ groupId: 'villa', outcome: { at: NOON - 5000, attempts: 0 } });
  });

  it('of a message without an image stays in the group that it came in', async () => {
    const { publisher, events, limits } = start();
    const request = { requestId: 'sqs:1', source: 'sqs', acceptedAt: NOON, original: '{' } as const;
    await publisher.publishRefusal(
      { id: 'refused', groupId: 'its own', request },
      failure('invalid_request', 'no'),
      limits,
    );
    expect(events[0]?.groupId).toBe('its own');
  });
});
