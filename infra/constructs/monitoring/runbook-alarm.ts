import { Alarm, ComparisonOperator, type IMetric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** From the project's root: whoever is called looks here first. */
export const RUNBOOK = 'docs/runbook.md';

/** Which stage is watched, and where its alarms go. */
export interface Watch {
  readonly stage: string;
  readonly topic: ITopic;
}

export interface RunbookAlarmProps extends Watch {
  /** The anchor of its heading in the runbook; the alarm is named by it. */
  readonly heading: string;
  /** Which of several that share a heading. */
  readonly of?: string;
  /** What has happened, in plain words. */
  readonly says: string;
  readonly metric: IMetric;
  /** It goes off when the metric is greater than this. */
  readonly above: number;
  /** Periods of the metric, one after the other, in which it has to be so. */
  readonly periods?: number;
  /** What a period without data means; each alarm gives its reason. */
  readonly missing: TreatMissingData;
}

/** Calls a person, who finds under its heading in the runbook what to do, and tells them when it is over. */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    const { stage, topic, heading, of, says, metric, above, periods = 1, missing } = props;
    super(scope, id, {
      // Fixed, so that commands can name it.
      alarmName: ['reprocess', stage, heading, ...(of === undefined ? [] : [of])].join('-'),
      alarmDescription: `${says} See ${RUNBOOK}#${heading}`,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: missing,
    });
    const action = new SnsAction(topic);
    this.addAlarmAction(action);
    this.addOkAction(action);
  }
}
