import { describe, expect, it } from 'vitest';
import { DependencyUnavailable } from '../../../../functions/core/errors.ts';
import { withErrorBoundary } from '../../../../functions/core/processing/error-boundary.ts';
import { listeningLogger, listeningMetrics } from '../../../support/fixtures.ts';

describe('a step that fails', () => {
  it.each([
    [0, 15_000],
    [0.5, 22_500],
  ])('has its message wait, apart from others by chance %d: %d ms', async (chance, ms) => {
    const [log, metrics] = [listeningLogger(), listeningMetrics()];
    const away = new DependencyUnavailable('ledger', new Error('away'));
    const boundary = withErrorBoundary(
      { log, metrics, random: () => chance },
      (id: string) => id,
      () => Promise.reject(away),
    );
    expect(await boundary('sqs:1')).toEqual({ kind: 'wait', ms });
    expect(metrics.counted).toEqual(['StepFailed']);
    expect(log.lines).toMatchObject([{ level: 'error', facts: { request_id: 'sqs:1', dependency: 'ledger' } }]);
  });
});
