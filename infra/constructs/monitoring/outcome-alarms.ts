import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { RunbookAlarm, type Watch } from './runbook-alarm.ts';
import { OUTCOMES_BY, type ServiceMetrics } from './service-metric.ts';

export interface OutcomeAlarmsProps extends Watch {
  readonly metrics: ServiceMetrics;
}

const period = Duration.minutes(5);

/** Outcomes that are looked at together. */
const SHARE_PERIOD = Duration.minutes(15);
/** Of fewer outcomes than this no share is taken: one failure of three says nothing. */
const LEAST_OUTCOMES = 20;
const HIGHEST_PERCENTAGE = 25;

/** Requests end as they should not, or do not get on. */
export class OutcomeAlarms extends Construct {
  constructor(scope: Construct, id: string, props: OutcomeAlarmsProps) {
    super(scope, id);
    this.addDeadLetters(props);
    this.addAccountFault(props);
    this.addFailedOutcomes(props);
  }

  private addDeadLetters({ metrics, ...watch }: OutcomeAlarmsProps): void {
    new RunbookAlarm(this, 'DeadLetters', {
      ...watch,
      heading: 'dead-letters',
      says: 'A request fell out of the queue and was answered as internal, which is a bug of this service.',
      metric: metrics('dead-letters', 'DeadLetters', { period }),
      above: 0,
      // Written only when there is a dead letter.
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  private addAccountFault({ metrics, ...watch }: OutcomeAlarmsProps): void {
    new RunbookAlarm(this, 'AccountFault', {
      ...watch,
      heading: 'account-fault',
      says: 'Autoenhance refuses the account, or its key cannot be read: requests wait until a person settles it.',
      // A call that succeeded counts as no fault, so that the alarm ends when calls get through again.
      metric: new MathExpression({
        expression: 'SUM([faults, none])',
        usingMetrics: {
          faults: metrics('reprocess-worker', 'AccountFault'),
          none: new MathExpression({
            expression: '0 * successes',
            usingMetrics: { successes: metrics('reprocess-worker', 'Calls2xx') },
          }),
        },
        label: 'account faults',
        period,
      }),
      above: 0,
      // Neither a fault nor a success: nothing was tried, which mends nothing. Requests that have waited for hours come
      // half an hour apart.
      missing: TreatMissingData.IGNORE,
    });
  }

  private addFailedOutcomes({ metrics, ...watch }: OutcomeAlarmsProps): void {
    new RunbookAlarm(this, 'FailedOutcomes', {
      ...watch,
      heading: 'failed-outcomes',
      says: `More than ${HIGHEST_PERCENTAGE} % of at least ${LEAST_OUTCOMES} requests failed within ${SHARE_PERIOD.toMinutes()} minutes.`,
      metric: failedPercentage(
        OUTCOMES_BY.map((entry) => metrics(entry, 'OutcomeFailed')),
        // Only who calls the endpoint can succeed.
        [metrics('reprocess-worker', 'OutcomeSucceeded')],
      ),
      above: HIGHEST_PERCENTAGE,
      // No outcome at all is for the ages of the queues to tell.
      missing: TreatMissingData.NOT_BREACHING,
    });
  }
}

function failedPercentage(failures: readonly IMetric[], successes: readonly IMetric[]): IMetric {
  const failed = names('failed', failures);
  const all = { ...failed, ...names('succeeded', successes) };
  const sum = (metrics: object) => `SUM([${Object.keys(metrics).join(', ')}])`;
  return new MathExpression({
    expression: `IF(${sum(all)} >= ${LEAST_OUTCOMES}, 100 * ${sum(failed)} / ${sum(all)}, 0)`,
    usingMetrics: all,
    label: 'failed outcomes, %',
    period: SHARE_PERIOD,
  });
}

function names(prefix: string, metrics: readonly IMetric[]): Readonly<Record<string, IMetric>> {
  return Object.fromEntries(metrics.map((metric, index) => [`${prefix}${index}`, metric]));
}
