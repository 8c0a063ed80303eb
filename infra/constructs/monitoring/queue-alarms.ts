import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RunbookAlarm, type Watch } from './runbook-alarm.ts';
import type { ServiceMetrics } from './service-metric.ts';
import { messagesIn } from './sum-of.ts';

export interface QueueAlarmsProps extends Watch {
  readonly metrics: ServiceMetrics;
  readonly requests: IQueue;
  readonly deadLetters: IQueue;
  readonly results: IQueue;
  readonly failedUploads: IQueue;
  /** Seconds that the queues keep a message. */
  readonly retention: number;
}

const period = Duration.minutes(5);

/** Longer than any wait between two tries of a request: `Retry-After` is waited for up to an hour. */
const BETWEEN_TRIES = Duration.hours(2);

/** How long a reader of the results may be away: a deploy of its own, or a look every few minutes, must not call anybody. */
const UNREAD_PERIODS = 6;

/** Something lies in a queue that ought to have been taken out of it. */
export class QueueAlarms extends Construct {
  constructor(scope: Construct, id: string, { retention, ...props }: QueueAlarmsProps) {
    super(scope, id);
    this.addAges(props, retention / 2);
    this.addUnread(props);
    this.addDepths(props);
  }

  private addAges({ metrics, requests, results, ...watch }: Omit<QueueAlarmsProps, 'retention'>, above: number): void {
    const days = Math.round((above / 86_400) * 10) / 10;
    // The age is reported only while there is a message: no data means that the queue is empty.
    const common = { ...watch, above, missing: TreatMissingData.NOT_BREACHING };
    new RunbookAlarm(this, 'OldRequest', {
      ...common,
      heading: 'old-request',
      says: `A request has waited for more than ${days} days, half of the time that its queue keeps it; half a day before the end it ends as expired.`,
      metric: ageOfOldest(requests, metrics),
    });
    new RunbookAlarm(this, 'OldResult', {
      ...common,
      heading: 'old-result',
      says: `An outcome has been unread for more than ${days} days, half of the time after which SQS drops it.`,
      metric: results.metricApproximateAgeOfOldestMessage({ period }),
    });
  }

  private addUnread({ results, ...watch }: Omit<QueueAlarmsProps, 'retention'>): void {
    new RunbookAlarm(this, 'UnreadResults', {
      ...watch,
      heading: 'unread-results',
      says: `Outcomes lie in the results queue, and nobody has read any for ${UNREAD_PERIODS * period.toMinutes()} minutes.`,
      metric: new MathExpression({
        expression: 'IF(visible > 0 AND FILL(received, 0) == 0, 1, 0)',
        usingMetrics: {
          // The least of the period: what is read soon after it came is no reason to call.
          visible: results.metricApproximateNumberOfMessagesVisible({ statistic: 'Minimum' }),
          received: results.metricNumberOfMessagesReceived(),
        },
        label: 'outcomes, and no reader',
        period,
      }),
      above: 0,
      periods: UNREAD_PERIODS,
      // SQS reports nothing of a queue that has been idle and empty for hours.
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  private addDepths({ deadLetters, failedUploads, ...watch }: Omit<QueueAlarmsProps, 'retention'>): void {
    // An emptied queue reports 0 for hours; one that falls silent with messages in it must not look empty.
    const common = { ...watch, above: 0, missing: TreatMissingData.IGNORE };
    const inQueue = (queue: IQueue) => messagesIn(queue, { label: 'messages', period });
    new RunbookAlarm(this, 'DeadLettersWaiting', {
      ...common,
      heading: 'dead-letters-waiting',
      says: 'Dead letters stay in their queue: the function that gives them their outcomes is failing, or is switched off.',
      metric: inQueue(deadLetters),
      // It takes them out within seconds.
      periods: 3,
    });
    new RunbookAlarm(this, 'FailedUploads', {
      ...common,
      heading: 'failed-uploads',
      says: 'An uploaded file or image could not be worked on: its event waits for a person.',
      metric: inQueue(failedUploads),
    });
  }
}

/**
 * In seconds. SQS may leave out of its own age what was received three times without being deleted, and every request that
 * waits by being tried is such a one: of those the worker tells.
 */
function ageOfOldest(requests: IQueue, metrics: ServiceMetrics): IMetric {
  return new MathExpression({
    expression: 'MAX([lying, tried])',
    usingMetrics: {
      lying: requests.metricApproximateAgeOfOldestMessage(),
      tried: new MathExpression({
        expression: 'returned / 1000',
        usingMetrics: { returned: metrics('reprocess-worker', 'ReturnedAge', { statistic: 'Maximum' }) },
      }),
    },
    label: 'seconds',
    period: BETWEEN_TRIES,
  });
}
