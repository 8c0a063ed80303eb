import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RunbookAlarm, type Watch } from './runbook-alarm.ts';
import type { Entry, ServiceMetrics } from './service-metric.ts';

export interface FunctionAlarmsProps extends Watch {
  readonly metrics: ServiceMetrics;
  readonly entry: Entry;
  readonly target: IFunction;
  /** Seconds after which Lambda ends an invocation. */
  readonly timeout: number;
  /** The part of its timeout beyond which an invocation is too slow. */
  readonly slowFrom?: number;
  /** Whether Lambda itself keeps what it turns away, and tries again for hours. */
  readonly waitsItsTurn?: boolean;
}

const period = Duration.minutes(5);

/** A burst of what waits its turn is over by then, or is none. */
const TURN_PERIODS = 12;

// A function that nobody invokes has no data, and nothing is wrong with it.
const missing = TreatMissingData.NOT_BREACHING;

/** An invocation failed, met a bug, was turned away, or came close to its timeout. */
export class FunctionAlarms extends Construct {
  constructor(scope: Construct, id: string, props: FunctionAlarmsProps) {
    super(scope, id);
    const { metrics, entry, target, timeout, slowFrom = 0.8, waitsItsTurn = false, ...watch } = props;
    const turnedAwayFor = waitsItsTurn ? TURN_PERIODS : 1;
    const common = { ...watch, of: entry, missing };
    new RunbookAlarm(this, 'Errors', {
      ...common,
      heading: 'function-errors',
      says: `An invocation of ${entry} threw, ran out of memory or was cut off at its timeout.`,
      metric: target.metricErrors({ period }),
      above: 0,
    });
    // One for each, since an alarm takes no more than ten metrics.
    new RunbookAlarm(this, 'UnexpectedErrors', {
      ...common,
      heading: 'unexpected-errors',
      says: `An error in ${entry} that no part of AWS, no response of the endpoint and no caller explains: a bug.`,
      metric: metrics(entry, 'UnexpectedErrors', { period }),
      above: 0,
    });
    new RunbookAlarm(this, 'Throttles', {
      ...common,
      heading: 'function-throttles',
      says: `Lambda turned invocations of ${entry} away, since too many ran at once.`,
      metric: target.metricThrottles({ period }),
      above: 0,
      periods: turnedAwayFor,
    });
    new RunbookAlarm(this, 'Duration', {
      ...common,
      heading: 'function-duration',
      says: `The slowest invocations of ${entry} take more than ${slowFrom * 100} % of its timeout of ${timeout} s.`,
      metric: target.metricDuration({ period, statistic: 'p99' }),
      above: Math.round(slowFrom * timeout * 1000),
      // One slow invocation among few is the p99 already.
      periods: 3,
    });
  }
}
