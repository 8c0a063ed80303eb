import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { dashboardRow } from './dashboard-row.ts';
import type { FunctionsByEntry, ServiceMetrics } from './service-metric.ts';

export interface TechnicalRowProps {
  readonly metrics: ServiceMetrics;
  readonly functions: FunctionsByEntry;
  readonly queues: Readonly<Record<string, IQueue>>;
  readonly api: HttpApi;
}

const CALLS = ['Calls2xx', 'Calls3xx', 'Calls4xx', 'Calls5xx', 'CallsNotSent', 'CallsLost'] as const;

/** How the service does it. */
export function technicalRow({ metrics, functions, queues, api }: TechnicalRowProps): IWidget {
  const worker = (name: Parameters<ServiceMetrics>[1], options?: Parameters<ServiceMetrics>[2]) =>
    metrics('reprocess-worker', name, options);
  const ofEach = (metric: (target: IFunction, label: string) => IMetric) =>
    Object.entries(functions).map(([entry, target]) => metric(target, entry));
  const ofEachQueue = (metric: (queue: IQueue, label: string) => IMetric) =>
    Object.entries(queues).map(([name, queue]) => metric(queue, name));
  return dashboardRow('Technical', [
    {
      title: 'Calls of the endpoint',
      units: ['calls', 'calls'],
      stacked: true,
      left: CALLS.map((name) => worker(name)),
      right: [worker('Retries'), worker('DuplicateCalls')],
    },
    {
      title: 'Latency of the endpoint',
      units: ['ms'],
      left: ['p50', 'p90', 'p99'].map((statistic) => worker('CallLatency', { statistic, label: statistic })),
    },
    {
      title: 'Circuit breaker and keys',
      units: ['seconds open', 'times'],
      left: [worker('ThrottledSeconds')],
      right: [worker('AccountFault'), worker('KeyRefreshes')],
    },
    {
      title: 'Messages in the queues',
      units: ['messages', 'messages in work or waiting'],
      left: ofEachQueue((queue, label) => queue.metricApproximateNumberOfMessagesVisible({ label })),
      right: ofEachQueue((queue, label) =>
        queue.metricApproximateNumberOfMessagesNotVisible({ label: `${label}, hidden` }),
      ),
    },
    {
      title: 'Oldest message',
      units: ['seconds'],
      left: ofEachQueue((queue, label) => queue.metricApproximateAgeOfOldestMessage({ label })),
    },
    {
      title: 'Errors and throttles',
      units: ['errors', 'throttles'],
      left: [
        ...ofEach((target, label) => target.metricErrors({ label })),
        api.metricServerError({ statistic: 'Sum', label: 'HTTP API, 5xx' }),
      ],
      right: ofEach((target, label) => target.metricThrottles({ label: `${label}, throttled` })),
    },
    {
      title: 'Slowest invocations (p99)',
      units: ['ms'],
      left: ofEach((target, label) => target.metricDuration({ statistic: 'p99', label })),
    },
    {
      title: 'Invocations at once',
      units: ['invocations'],
      left: ofEach((target, label) => target.metric('ConcurrentExecutions', { statistic: 'Maximum', label })),
    },
  ]);
}
