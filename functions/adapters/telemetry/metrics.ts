import { METRICS, type MetricName } from '../../core/metric-names.ts';
import type { Clock, Metrics } from '../../core/ports.ts';

export interface MetricsParts {
  /** The dimensions of every metric. */
  readonly dimensions: { readonly stage: string; readonly function: string };
  /** The function's version, a further dimension of one metric; undefined in INIT. */
  readonly version: () => string | undefined;
  /** As in log lines: a field of the line, not a dimension. */
  readonly awsRequestId: () => string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly write: (line: string) => void;
}

/** A deploy watches it for the new version alone (infra/constructs/rollout.ts). */
const BY_VERSION: MetricName = 'UnexpectedErrors';

/** CloudWatch's limit for one metric in one line (CloudWatch user guide, "Embedded metric format specification"). */
const MAX_VALUES = 100;

/**
 * CloudWatch's embedded metric format: CloudWatch turns log lines into metrics, without a call to its API. Logs are paid by the
 * byte, so an invocation writes one line, with the sum of each count and every value of each time.
 */
export function createMetrics({ dimensions, version, awsRequestId, clock, write }: MetricsParts): Metrics {
  const counts = new Map<MetricName, number>();
  const times = new Map<MetricName, number[]>();

  function flush(): void {
    const values = { ...Object.fromEntries(counts), ...Object.fromEntries(times) };
    const names = Object.keys(values) as MetricName[];
    if (names.length === 0) return;
    const directives = [directiveOf(Object.keys(dimensions), names)];
    const ofVersion = counts.has(BY_VERSION) ? { version: version() ?? 'unknown' } : {};
    if ('version' in ofVersion) directives.push(directiveOf([...Object.keys(dimensions), 'version'], [BY_VERSION]));
    const _aws = { Timestamp: clock.now(), CloudWatchMetrics: directives };
    write(`${JSON.stringify({ _aws, ...dimensions, ...ofVersion, aws_request_id: awsRequestId(), ...values })}\n`);
    counts.clear();
    times.clear();
  }

  function addTime(name: MetricName, ms: number): void {
    const values = times.get(name);
    if (values === undefined) times.set(name, [ms]);
    else if (values.push(ms) === MAX_VALUES) flush();
  }

  return {
    count(name, value = 1) {
      // JSON cannot represent it, and CloudWatch would ignore the whole line.
      if (!Number.isFinite(value)) return;
      if (METRICS[name] !== 'Count' && METRICS[name] !== 'Seconds') addTime(name, value);
      else if (value !== 0) counts.set(name, (counts.get(name) ?? 0) + value);
    },
    flush,
  };
}

function directiveOf(dimensions: readonly string[], names: readonly MetricName[]) {
  return {
    Namespace: 'Reprocess',
    Dimensions: [dimensions],
    Metrics: names.map((Name) => ({ Name, Unit: METRICS[Name] })),
  };
}
