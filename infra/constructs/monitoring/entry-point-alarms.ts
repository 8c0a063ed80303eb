import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RunbookAlarm, type Watch } from './runbook-alarm.ts';
import type { ServiceMetrics } from './service-metric.ts';
import { sumOf } from './sum-of.ts';

export interface EntryPointAlarmsProps extends Watch {
  readonly metrics: ServiceMetrics;
  readonly api: HttpApi;
  readonly throttledCalls: Metric;
  readonly uploads: IFunction;
  /** What hands uploads to their function. */
  readonly uploadRule: IRule;
}

const period = Duration.minutes(5);

/** One 5xx is a caller's to repeat, and a request that failed is answered 502 as often as its partner asks. */
const TOLERATED_5XX = 4;

/** A burst that goes a little beyond the limit is repeated by its caller, and is over. */
const TOLERATED_429 = 20;

// What is counted here is written only when it happens: no data means that nothing did, or that nobody called.
const missing = TreatMissingData.NOT_BREACHING;

/** Something that came in was turned away, or lost. */
export class EntryPointAlarms extends Construct {
  constructor(scope: Construct, id: string, props: EntryPointAlarmsProps) {
    super(scope, id);
    const { metrics, api, throttledCalls, uploads, uploadRule, ...watch } = props;
    const common = { ...watch, missing };
    new RunbookAlarm(this, 'Api5xx', {
      ...common,
      heading: 'api-5xx',
      says: `The HTTP API answered more than ${TOLERATED_5XX} calls with a 5xx within ${period.toMinutes()} minutes.`,
      metric: api.metricServerError({ period, statistic: 'Sum' }),
      above: TOLERATED_5XX,
    });
    new RunbookAlarm(this, 'ApiThrottled', {
      ...common,
      heading: 'api-throttled',
      says: `The HTTP API answered more than ${TOLERATED_429} calls with a 429 within ${period.toMinutes()} minutes.`,
      metric: throttledCalls.with({ period }),
      above: TOLERATED_429,
    });
    new RunbookAlarm(this, 'WebhookRefused', {
      ...common,
      heading: 'webhook-refused',
      says: 'A call of the webhook came with a wrong token: a completion may be lost, or somebody is guessing.',
      metric: metrics('autoenhance-webhook', 'WebhookRefused', { period }),
      above: 0,
    });
    new RunbookAlarm(this, 'UnreadUploads', {
      ...common,
      heading: 'unread-uploads',
      says: 'An uploaded object was gone, not what its name says, or put where nothing is read: nothing of it was queued.',
      metric: metrics('upload-trigger', 'UnreadUploads', { period }),
      above: 0,
    });
    new RunbookAlarm(this, 'LostUploads', {
      ...common,
      heading: 'lost-uploads',
      says: 'An upload could not be worked on or handed over, and its event not be kept in the queue of failed uploads either.',
      metric: sumOf([uploads.metric('DeadLetterErrors', { statistic: 'Sum' }), eventsThatRuleLost(uploadRule)], {
        label: 'events',
        period,
      }),
      above: 0,
    });
  }
}

function eventsThatRuleLost({ ruleName }: IRule): IMetric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'InvocationsFailedToBeSentToDlq',
    dimensionsMap: { RuleName: ruleName },
    statistic: 'Sum',
  });
}
