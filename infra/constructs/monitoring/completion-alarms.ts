import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RunbookAlarm, type Watch } from './runbook-alarm.ts';
import type { ServiceMetrics } from './service-metric.ts';

export interface CompletionAlarmsProps extends Watch {
  readonly metrics: ServiceMetrics;
  readonly sweep: IFunction;
  readonly expectsWebhook: boolean;
}

/** A webhook that is broken misses each image, and a stage may have few of them. */
const period = Duration.hours(1);
/** Autoenhance does not say whether it repeats a call that failed. */
const TOLERATED_MISSES = 2;
/** Somebody may delete images while they are enhanced. */
const TOLERATED_UNKNOWN = 20;
const SILENT_PERIOD = Duration.minutes(5);
const SILENT_PERIODS = 2;

// Written only when it happens.
const missing = TreatMissingData.NOT_BREACHING;

/** Images are finished, and the webhook does not tell; or nobody finds out. */
export class CompletionAlarms extends Construct {
  constructor(scope: Construct, id: string, { metrics, sweep, expectsWebhook, ...watch }: CompletionAlarmsProps) {
    super(scope, id);
    if (expectsWebhook) {
      new RunbookAlarm(this, 'MissedWebhooks', {
        ...watch,
        heading: 'missed-webhooks',
        says: `More than ${TOLERATED_MISSES} images within an hour were finished without a call of the webhook: the sweep found them, minutes later.`,
        metric: metrics('completion-sweep', 'MissedWebhooks', { period }),
        above: TOLERATED_MISSES,
        missing,
      });
    }
    new RunbookAlarm(this, 'CompletionsUnknown', {
      ...watch,
      heading: 'completions-unknown',
      says: `More than ${TOLERATED_UNKNOWN} requests within an hour ended as completion_unknown: nobody knows whether their images are finished.`,
      metric: metrics('completion-sweep', 'CompletionsUnknown', { period }),
      above: TOLERATED_UNKNOWN,
      missing,
    });
    new RunbookAlarm(this, 'SweepSilent', {
      ...watch,
      heading: 'sweep-silent',
      says: `The sweep has not run for ${SILENT_PERIODS * SILENT_PERIOD.toMinutes()} minutes: what the webhook does not tell, nobody finds out.`,
      metric: new MathExpression({
        expression: 'IF(runs > 0, 0, 1)',
        usingMetrics: { runs: sweep.metricInvocations() },
        label: 'no run',
        period: SILENT_PERIOD,
      }),
      above: 0,
      periods: SILENT_PERIODS,
      // It runs each minute, whether images are due or not, and Lambda counts no invocation where there is none.
      missing: TreatMissingData.BREACHING,
    });
  }
}
