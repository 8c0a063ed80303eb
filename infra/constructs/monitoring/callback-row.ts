import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../../functions/core/metric-names.ts';
import { dashboardRow } from './dashboard-row.ts';
import type { ServiceMetrics } from './service-metric.ts';

/** Whether partners hear what became of their requests. */
export function callbackRow(metrics: ServiceMetrics): IWidget {
  const delivery = (name: MetricName, options?: Parameters<ServiceMetrics>[2]) =>
    metrics('callback-delivery', name, options);
  return dashboardRow('Callbacks', [
    {
      title: 'Callbacks',
      units: ['callbacks', 'attempts'],
      left: [
        delivery('CallbacksDelivered', { label: 'delivered' }),
        delivery('CallbacksGivenUp', { label: 'given up' }),
      ],
      right: [delivery('CallbackAttemptsFailed', { label: 'failed attempts' })],
    },
    {
      title: 'From event to delivery',
      units: ['ms'],
      left: ['p50', 'p90', 'p99'].map((statistic) => delivery('CallbackDelay', { statistic, label: statistic })),
    },
    {
      title: 'Callbacks that ended',
      units: ['partners'],
      left: [delivery('CallbacksPaused', { label: 'paused' }), delivery('CallbacksRemoved', { label: 'removed' })],
    },
  ]);
}
