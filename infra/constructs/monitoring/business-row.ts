import type { IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../../functions/core/metric-names.ts';
import { dashboardRow } from './dashboard-row.ts';
import { COMPLETIONS_BY, OUTCOMES_BY, type ServiceMetrics } from './service-metric.ts';
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
  const completions = (name: MetricName): IMetric =>
    sumOf(
      COMPLETIONS_BY.map((entry) => metrics(entry, name)),
      { label: name },
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
      title: 'Uploads',
      units: ['lines and images'],
      left: (['UploadedRequests', 'RejectedLines', 'IgnoredUploads', 'UnreadUploads'] as const).map((name) =>
        metrics('upload-trigger', name),
      ),
    },
    {
      title: 'Completion: what went wrong',
      units: ['images and calls of the webhook', 'ms that looks are late'],
      left: [
        completions('ImageFailed'),
        ...(['WebhookContradicted', 'WebhookRefused', 'WebhookWithoutToken'] as const).map((name) =>
          metrics('autoenhance-webhook', name),
        ),
        ...(['MissedWebhooks', 'CompletionsUnknown'] as const).map((name) => metrics('completion-sweep', name)),
      ],
      right: [metrics('completion-sweep', 'LookDelay', { statistic: 'Maximum' })],
    },
  ]);
}
