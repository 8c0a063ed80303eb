import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RunbookAlarm, type Watch } from './runbook-alarm.ts';
import type { ServiceMetrics } from './service-metric.ts';
import { messagesIn, sumOf } from './sum-of.ts';

export interface CallbackAlarmsProps extends Watch {
  readonly metrics: ServiceMetrics;
  readonly callbacks: IQueue;
  readonly deadLetters: IQueue;
}

const period = Duration.minutes(5);
/** SQS looks for messages of free groups among the first 120,000 of a queue: beyond, those of all partners wait. */
const TOLERATED_WAITING = 60_000;

// Written only when it happens.
const missing = TreatMissingData.NOT_BREACHING;

/** Partners do not hear what became of their requests. */
export class CallbackAlarms extends Construct {
  constructor(scope: Construct, id: string, { metrics, callbacks, deadLetters, ...watch }: CallbackAlarmsProps) {
    super(scope, id);
    new RunbookAlarm(this, 'CallbackPaused', {
      ...watch,
      heading: 'callback-paused',
      says: 'The callback of a partner has failed for a day and is paused, or its receiver asked for its end.',
      metric: sumOf(
        (['CallbacksPaused', 'CallbacksRemoved'] as const).map((name) => metrics('callback-delivery', name)),
        { label: 'callbacks', period },
      ),
      above: 0,
      missing,
    });
    new RunbookAlarm(this, 'CallbacksGivenUp', {
      ...watch,
      heading: 'callbacks-given-up',
      says: 'Callbacks were given up: their partner has not heard of these events.',
      metric: metrics('callback-delivery', 'CallbacksGivenUp', { period }),
      above: 0,
      missing,
    });
    new RunbookAlarm(this, 'CallbacksWaiting', {
      ...watch,
      heading: 'callbacks-waiting',
      says: `More than ${TOLERATED_WAITING} callbacks wait. With twice as many, those of one partner hold up those of all.`,
      metric: messagesIn(callbacks, { label: 'waiting', period }),
      above: TOLERATED_WAITING,
      missing,
    });
    new RunbookAlarm(this, 'CallbackDeadLetters', {
      ...watch,
      heading: 'callback-dead-letters',
      says: 'Callbacks are among the dead letters of their queue: nothing there is delivered.',
      metric: messagesIn(deadLetters, { label: 'dead', period }),
      above: 0,
      // An emptied queue reports 0 for hours; one that falls silent with messages in it must not look empty.
      missing: TreatMissingData.IGNORE,
    });
  }
}
