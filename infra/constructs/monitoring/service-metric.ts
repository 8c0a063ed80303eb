import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { MetricName } from '../../../functions/core/metric-names.ts';

/** A function's folder, which is the metrics' dimension `function`. */
export type Entry = (typeof ENTRIES)[number];

/** The console's is missing where a stage has no console. */
export type FunctionsByEntry = Readonly<Record<Exclude<Entry, 'console'>, IFunction> & { console?: IFunction }>;

export type ServiceMetrics = (entry: Entry, name: MetricName, options?: MetricOptions) => Metric;

/** The metrics that the functions of a stage write themselves; summed, unless told otherwise. */
export function serviceMetrics(stage: string): ServiceMetrics {
  return (entry, name, options) =>
    new Metric({
      namespace: 'Reprocess',
      metricName: name,
      dimensionsMap: { stage, function: entry },
      statistic: 'Sum',
      label: name,
      ...options,
    });
}

/** Each writes `UnexpectedErrors`. */
export const ENTRIES = [
  'reprocess-worker',
  'reprocess-api',
  'batch-api',
  'order-api',
  'callback-api',
  'console',
  'upload-trigger',
  'batch-feeder',
  'autoenhance-webhook',
  'completion-sweep',
  'callback-delivery',
  'dead-letters',
] as const;

/** The functions that hand a message back to its queue when a step fails. */
export const STEPS_BY = ['reprocess-worker', 'callback-delivery', 'dead-letters'] as const satisfies readonly Entry[];

/** The functions that tell how images ended, and what that shows of the daily limit. */
export const COMPLETIONS_BY = ['autoenhance-webhook', 'completion-sweep'] as const satisfies readonly Entry[];

/** The functions that bring requests to their outcomes: the last two only those that cannot be carried out. */
export const OUTCOMES_BY = ['reprocess-worker', 'dead-letters', 'upload-trigger'] as const satisfies readonly Entry[];
