import { METRICS } from '../core/metric-names.ts';
import type { Clock, Metrics } from '../core/ports.ts';

export interface MetricsParts {
  /** In every metric, and its only dimensions. */
  readonly dimensions: { readonly stage: string; readonly function: string };
  readonly clock: Pick<Clock, 'now'>;
  readonly write: (line: string) => void;
}

/** CloudWatch's embedded metric format: a log line that CloudWatch turns into a metric, without a call to its API. */
export function createMetrics({ dimensions, clock, write }: MetricsParts): Metrics {
  return {
    count(name, value = 1) {
      const directive = {
        Namespace: 'Reprocess',
        Dimensions: [Object.keys(dimensions)],
        Metrics: [{ Name: name, Unit: METRICS[name] }],
      };
      const _aws = { Timestamp: clock.now(), CloudWatchMetrics: [directive] };
      write(`${JSON.stringify({ _aws, ...dimensions, [name]: value })}\n`);
    },
  };
}
