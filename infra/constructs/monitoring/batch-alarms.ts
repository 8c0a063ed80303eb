import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { RunbookAlarm, type Watch } from './runbook-alarm.ts';
import type { ServiceMetrics } from './service-metric.ts';

export interface BatchAlarmsProps extends Watch {
  readonly metrics: ServiceMetrics;
}

const period = Duration.minutes(5);
const SILENT_PERIODS = 2;

/** Batches do not get on. */
export class BatchAlarms extends Construct {
  constructor(scope: Construct, id: string, { metrics, ...watch }: BatchAlarmsProps) {
    super(scope, id);
    new RunbookAlarm(this, 'BatchStalled', {
      ...watch,
      heading: 'batch-stalled',
      says: 'A batch has lines that may be sent, and for an hour none was sent and none has ended.',
      metric: metrics('batch-feeder', 'StalledBatches', { statistic: 'Maximum', period }),
      above: 0,
      // Written only while there is one. A feeder that says nothing at all is for the next alarm.
      missing: TreatMissingData.NOT_BREACHING,
    });
    new RunbookAlarm(this, 'FeederSilent', {
      ...watch,
      heading: 'feeder-silent',
      says: `The feeder has not looked at the batches for ${SILENT_PERIODS * period.toMinutes()} minutes: none of them is sent, counted or ended.`,
      metric: new MathExpression({
        expression: 'IF(looks > 0, 0, 1)',
        usingMetrics: { looks: metrics('batch-feeder', 'OpenBatches', { statistic: 'SampleCount' }) },
        label: 'no look',
        period,
      }),
      above: 0,
      periods: SILENT_PERIODS,
      // It looks each minute, whether there are batches or not: while it does not, nobody knows whether there are.
      missing: TreatMissingData.BREACHING,
    });
  }
}
