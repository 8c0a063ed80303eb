import { expect, it } from 'vitest';
import { createFeederHandler } from '../../../functions/batch-feeder/handler.ts';
import type { Limits } from '../../../functions/core/ports.ts';
import { listeningLogger, listeningMetrics, NOON, standingClock } from '../../support/fixtures.ts';
import { lambdaContext, uncut } from '../../support/sqs-event.ts';

it('a run that fails is told in the log and a metric, which are flushed, and Lambda repeats it', async () => {
  const [log, metrics] = [listeningLogger(), listeningMetrics()];
  const flushed: (readonly string[])[] = [];
  const given: Limits[] = [];
  const handler = createFeederHandler({
    runFeeder: async (limits) => {
      given.push(limits);
      throw new TypeError('a bug');
    },
    clock: standingClock(),
    log,
    metrics: { ...metrics, flush: () => flushed.push([...metrics.counted]) },
  });
  await expect(handler({}, lambdaContext(9000), uncut())).rejects.toThrow(TypeError);
  expect(given).toMatchObject([{ deadline: NOON + 9000 }]);
  expect(log.lines.at(-1)).toMatchObject({ level: 'error', message: 'the run failed' });
  expect(flushed).toEqual([['UnexpectedErrors']]);
});
