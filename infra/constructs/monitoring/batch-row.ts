import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { dashboardRow } from './dashboard-row.ts';
import type { ServiceMetrics } from './service-metric.ts';

/** How batches get on, and what the account's daily limit leaves them. */
export function batchRow(metrics: ServiceMetrics): IWidget {
  const feeder = (name: Parameters<ServiceMetrics>[1], options?: Parameters<ServiceMetrics>[2]) =>
    metrics('batch-feeder', name, options);
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
        metrics('autoenhance-webhook', 'AccountPaused', { label: 'paused by evidence' }),
        metrics('autoenhance-webhook', 'SentAgain', { label: 'sent again' }),
      ],
    },
    { title: 'Minutes without calls', units: ['minutes'], left: [feeder('PausedMinutes', { label: 'paused' })] },
  ]);
}
