import type { IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../../functions/core/metric-names.ts';
import { dashboardRow } from './dashboard-row.ts';
import { OUTCOMES_BY, type ServiceMetrics } from './service-metric.ts';
import { sumOf } from './sum-of.ts';

const FAILURES = [
  'OutcomeInvalidRequest',
  'OutcomeRequestIdReused',
  'OutcomeNotFound',
  'OutcomeInvalidPreferences',
  'OutcomeRefused',
  'OutcomeGaveUp',
  'OutcomeExpired',
  'OutcomeInternal',
] as const satisfies readonly MetricName[];

/** What callers asked for, and what became of it. */
export function businessRow(metrics: ServiceMetrics): IWidget {
  const outcomes = (name: MetricName): IMetric =>
    sumOf(
      OUTCOMES_BY.map((entry) => metrics(entry, name)),
      { label: name.replace('Outcome', '') },
    );
  const waiting = (statistic: string) => metrics('reprocess-worker', 'WaitingTime', { statistic, label: statistic });
  return dashboardRow('Business', [
    {
      title: 'Requests by entry point',
      units: ['requests'],
      stacked: true,
      left: [
        metrics('reprocess-worker', 'RequestsHttp', { label: 'HTTP' }),
        metrics('reprocess-worker', 'RequestsSqs', { label: 'SQS' }),
        metrics('reprocess-worker', 'RequestsUpload', { label: 'upload' }),
      ],
    },
    {
      title: 'Outcomes',
      units: ['outcomes'],
      stacked: true,
      left: [metrics('reprocess-worker', 'OutcomeSucceeded', { label: 'Succeeded' }), ...FAILURES.map(outcomes)],
    },
    {
      title: 'From accepted to outcome',
      units: ['ms'],
      left: ['p50', 'p90', 'p99'].map(waiting),
    },
    {
      title: 'Daily limit',
      units: ['% used', 'requests and images'],
      left: [metrics('reprocess-worker', 'BudgetUsed', { statistic: 'Maximum', label: 'used' })],
      right: [
        metrics('reprocess-worker', 'BudgetExhausted', { label: 'used up' }),
        metrics('autoenhance-webhook', 'AccountPaused', { label: 'paused by evidence' }),
        metrics('autoenhance-webhook', 'SentAgain', { label: 'sent again' }),
      ],
    },
    {
      title: 'Uploads',
      units: ['lines and images'],
      left: (['UploadedRequests', 'RejectedLines', 'IgnoredUploads', 'UnreadUploads'] as const).map((name) =>
        metrics('upload-trigger', name),
      ),
    },
    {
      title: 'Completion: what went wrong',
      units: ['calls of the webhook'],
      left: (['ImageFailed', 'WebhookContradicted', 'WebhookRefused', 'WebhookWithoutToken'] as const).map((name) =>
        metrics('autoenhance-webhook', name),
      ),
    },
  ]);
}
