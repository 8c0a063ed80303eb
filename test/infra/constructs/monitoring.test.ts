import { Duration } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Alarm, ComparisonOperator, Dashboard, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { AlarmTopic } from '../../../infra/constructs/monitoring/alarm-topic.ts';
import { dashboardRow } from '../../../infra/constructs/monitoring/dashboard-row.ts';
import { RunbookAlarm } from '../../../infra/constructs/monitoring/runbook-alarm.ts';
import { serviceMetrics } from '../../../infra/constructs/monitoring/service-metric.ts';
import { sumOf } from '../../../infra/constructs/monitoring/sum-of.ts';
import { templateOf } from '../support/stack.ts';

const metric = new Metric({ namespace: 'Some', metricName: 'Things' });

describe('an alarm with a runbook', () => {
  const alarm = (change: object = {}): Template =>
    templateOf((stack) => {
      const watch = { stage: 'dev', topic: new Topic(stack, 'Topic') };
      const says = 'Things are broken.';
      const missing = TreatMissingData.IGNORE;
      new RunbookAlarm(stack, 'Alarm', {
        ...watch,
        heading: 'broken-things',
        says,
        metric,
        above: 2,
        missing,
        ...change,
      });
    });

  it('is named by its stage and heading, says what happened, and where to look', () => {
    alarm().hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'reprocess-dev-broken-things',
      AlarmDescription: 'Things are broken. See docs/runbook.md#broken-things',
    });
  });

  it('is told apart from others under its heading', () => {
    alarm({ of: 'reprocess-api' }).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'reprocess-dev-broken-things-reprocess-api',
      AlarmDescription: Match.stringLikeRegexp('#broken-things$'),
    });
  });

  it('calls above its threshold, at once or after several periods, and says when it is over', () => {
    const toTopic = [{ Ref: Match.stringLikeRegexp('^Topic') }];
    const common = { Threshold: 2, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'ignore' };
    const actions = { AlarmActions: toTopic, OKActions: toTopic };
    alarm().hasResourceProperties('AWS::CloudWatch::Alarm', { ...common, ...actions, EvaluationPeriods: 1 });
    alarm({ periods: 3 }).hasResourceProperties('AWS::CloudWatch::Alarm', { ...common, EvaluationPeriods: 3 });
  });
});

describe('the topic of alarms', () => {
  const topic = (address?: string) =>
    templateOf((stack) => new AlarmTopic(stack, 'Alarms', { name: 'alarms', address }));

  it('has a subscriber only where there is an address', () => {
    topic().resourceCountIs('AWS::SNS::Subscription', 0);
    topic('someone@example.com').hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'someone@example.com',
    });
  });
});

describe('several metrics as one', () => {
  it('have a value wherever one of them has', () => {
    const template = templateOf((stack) => {
      new Alarm(stack, 'Alarm', {
        metric: sumOf([metric, metric], { label: 'Both', period: Duration.minutes(15) }),
        threshold: 0,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      });
    });
    const ofPeriod = Match.objectLike({ MetricStat: Match.objectLike({ Period: 900 }) });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: [Match.objectLike({ Expression: 'SUM([both0, both1])', Label: 'Both' }), ofPeriod, ofPeriod],
    });
  });
});

describe('a metric of the service', () => {
  it('is asked for with the stage and the function that writes it', () => {
    expect(serviceMetrics('dev')('reprocess-worker', 'AccountFault').toMetricConfig().metricStat).toMatchObject({
      namespace: 'Reprocess',
      metricName: 'AccountFault',
      statistic: 'Sum',
      dimensions: [
        { name: 'function', value: 'reprocess-worker' },
        { name: 'stage', value: 'dev' },
      ],
    });
  });
});

describe('a row of the dashboard', () => {
  it('goes on in a further line after four graphs', () => {
    const graphs = Array.from({ length: 5 }, (_, n) => ({
      title: String(n),
      units: ['things'] as const,
      left: [metric],
    }));
    const template = templateOf((stack) => {
      new Dashboard(stack, 'Dashboard', { widgets: [[dashboardRow('Row', graphs)]] });
    });
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const parts = dashboard?.Properties.DashboardBody['Fn::Join'][1];
    const text = parts.map((part: unknown) => (typeof part === 'string' ? part : 'region')).join('');
    const places = JSON.parse(text).widgets.map(({ x, y }: { x: number; y: number }) => [x, y]);
    expect(places).toEqual([
      [0, 0],
      [0, 1],
      [6, 1],
      [12, 1],
      [18, 1],
      [0, 7],
    ]);
  });
});
