import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SLOWED_WAIT } from '../../limits.ts';
import { RunbookAlarm, type Watch } from './runbook-alarm.ts';
import { OUTCOMES_BY, type ServiceMetrics, STEPS_BY } from './service-metric.ts';
import { sumOf } from './sum-of.ts';

export interface OutcomeAlarmsProps extends Watch {
  readonly metrics: ServiceMetrics;
  readonly requests: IQueue;
}

const period = Duration.minutes(5);

/** Outcomes that are looked at together, and the share of them that may fail. */
interface Share {
  readonly period: Duration;
  /** Of fewer outcomes no share is taken: one failure of three says nothing. */
  readonly leastOutcomes: number;
  readonly highestPercentage: number;
}
const SHARE: Share = { period: Duration.minutes(15), leastOutcomes: 20, highestPercentage: 25 };
/** For a few hundred requests a day, of which no quarter of an hour has 20. */
const SHARE_OF_FEW: Share = { period: Duration.hours(3), leastOutcomes: 5, highestPercentage: 50 };

/** While the account is refused, requests come after this at the latest: so long a fault may be behind. */
const STANDSTILL_PERIODS = Math.ceil(SLOWED_WAIT / period.toSeconds()) + 2;

const STEPS_PERIOD = Duration.minutes(15);
/** One message fails up to 60 times in that period. A part of AWS that is away for a few seconds fails a batch or two. */
const TOLERATED_STEPS = 20;

/** Requests end as they should not, or do not get on. */
export class OutcomeAlarms extends Construct {
  constructor(scope: Construct, id: string, props: OutcomeAlarmsProps) {
    super(scope, id);
    this.addDeadLetters(props);
    this.addAccountFault(props);
    this.addStandstill(props);
    this.addFailedSteps(props);
    this.addFailedOutcomes('FailedOutcomes', SHARE, props);
    this.addFailedOutcomes('FailedOutcomesOfFew', SHARE_OF_FEW, { ...props, of: 'of-few' });
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

  private addStandstill({ metrics, requests, ...watch }: OutcomeAlarmsProps): void {
    const minutes = STANDSTILL_PERIODS * period.toMinutes();
    // Hidden messages wait for their time. Behind one that waits, SQS may count others as visible: so a pause is left out below.
    const waiting = requests.metricApproximateNumberOfMessagesVisible();
    const ended = [
      ...OUTCOMES_BY.map((entry) => metrics(entry, 'OutcomeFailed')),
      metrics('reprocess-worker', 'OutcomeSucceeded'),
    ];
    new RunbookAlarm(this, 'NothingEnds', {
      ...watch,
      heading: 'nothing-ends',
      says: `Requests wait in the queue, and none has ended for ${minutes} minutes, which no account fault and no pause explains.`,
      metric: new MathExpression({
        expression: 'IF(waiting > 0 AND FILL(ended, 0) == 0 AND FILL(faults, 0) == 0 AND FILL(paused, 0) == 0, 1, 0)',
        usingMetrics: {
          waiting,
          ended: sumOf(ended, { label: 'ended' }),
          faults: metrics('reprocess-worker', 'AccountFault'),
          paused: metrics('batch-feeder', 'PausedMinutes'),
        },
        label: 'requests, and no end',
        period,
      }),
      above: 0,
      periods: STANDSTILL_PERIODS,
      // A queue that falls silent with messages in it must not look as if they had ended.
      missing: TreatMissingData.IGNORE,
    });
  }

  private addFailedSteps({ metrics, ...watch }: OutcomeAlarmsProps): void {
    new RunbookAlarm(this, 'StepFailed', {
      ...watch,
      heading: 'step-failed',
      says: `More than ${TOLERATED_STEPS} times within ${STEPS_PERIOD.toMinutes()} minutes a message went back to its queue because a step failed.`,
      metric: sumOf(
        STEPS_BY.map((entry) => metrics(entry, 'StepFailed')),
        { label: 'steps', period: STEPS_PERIOD },
      ),
      above: TOLERATED_STEPS,
      // Written only when it happens.
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  private addFailedOutcomes(
    id: string,
    share: Share,
    { metrics, ...watch }: OutcomeAlarmsProps & { readonly of?: string },
  ): void {
    const { period, leastOutcomes, highestPercentage } = share;
    new RunbookAlarm(this, id, {
      ...watch,
      heading: 'failed-outcomes',
      says: `More than ${highestPercentage} % of at least ${leastOutcomes} requests failed within ${period.toHumanString()}.`,
      metric: failedPercentage(
        OUTCOMES_BY.map((entry) => metrics(entry, 'OutcomeFailed')),
        // Only who calls the endpoint can succeed.
        [metrics('reprocess-worker', 'OutcomeSucceeded')],
        share,
      ),
      above: highestPercentage,
      // No outcome at all is for another alarm to tell.
      missing: TreatMissingData.NOT_BREACHING,
    });
  }
}

function failedPercentage(
  failures: readonly IMetric[],
  successes: readonly IMetric[],
  { period, leastOutcomes }: Share,
): IMetric {
  const failed = names('failed', failures);
  const all = { ...failed, ...names('succeeded', successes) };
  const sum = (metrics: object) => `SUM([${Object.keys(metrics).join(', ')}])`;
  return new MathExpression({
    expression: `IF(${sum(all)} >= ${leastOutcomes}, 100 * ${sum(failed)} / ${sum(all)}, 0)`,
    usingMetrics: all,
    label: 'failed outcomes, %',
    period,
  });
}

function names(prefix: string, metrics: readonly IMetric[]): Readonly<Record<string, IMetric>> {
  return Object.fromEntries(metrics.map((metric, index) => [`${prefix}${index}`, metric]));
}
