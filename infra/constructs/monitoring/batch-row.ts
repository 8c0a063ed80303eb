import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../../functions/core/metric-names.ts';
import { dashboardRow } from './dashboard-row.ts';
import { COMPLETIONS_BY, type ServiceMetrics } from './service-metric.ts';
import { sumOf } from './sum-of.ts';

/** How batches get on, and what the account's daily limit leaves them. */
export function batchRow(metrics: ServiceMetrics): IWidget {
  const feeder = (name: MetricName, options?: Parameters<ServiceMetrics>[2]) => metrics('batch-feeder', name, options);
  const completions = (name: MetricName) =>
    sumOf(
      COMPLETIONS_BY.map((entry) => metrics(entry, name)),
      { label: name },
    );
  return dashboardRow('Batches', [
    { title: 'Lines sent to the queue', units: ['lines'], left: [feeder('FedLines')] },
    {
      title: 'Batches',
      units: ['batches', 'batches'],
      left: [
        feeder('OpenBatches', { statistic: 'Maximum', label: 'open' }),
        feeder('StalledBatches', { statistic: 'Maximum', label: 'stalled' }),
      ],
      right: [feeder('FinishedBatches', { label: 'finished' })],
    },
    {
      title: 'Daily limit',
      units: ['% used', 'windows and requests'],
      left: [metrics('reprocess-worker', 'BudgetUsed', { statistic: 'Maximum', label: 'used' })],
      right: [
        metrics('reprocess-worker', 'BudgetExhausted', { label: 'used up' }),
        completions('AccountPaused'),
        completions('SentAgain'),
      ],
    },
    { title: 'Minutes without calls', units: ['minutes'], left: [feeder('PausedMinutes', { label: 'paused' })] },
  ]);
}
