import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../functions/adapters/telemetry/metrics.ts';
import { METRICS } from '../../functions/core/metric-names.ts';
import { anchorOf, readDocument } from '../docs/support/documents.ts';
import { metricsNamedBehind } from './support/metric-sources.ts';
import { alarmsOf, type MetricId, metricsOfAlarm, metricsOfWidget, widgetsOf } from './support/metrics.ts';
import { stages } from './support/stages.ts';
import {
  meaningOf,
  pathOf,
  resource,
  resourcesOf,
  type StackTemplate,
  templatesOfEveryStage,
} from './support/templates.ts';

const everyStage = await templatesOfEveryStage();
const monitored = everyStage.filter(([, { monitoring }]) => monitoring !== undefined);

it('every stage that is deployed is monitored, and the local one is not: nothing takes its metrics', () => {
  expect(monitored.map(([stage]) => stage)).toEqual(['dev', 'staging', 'production']);
  expect(everyStage.map(([stage]) => stage)).toContain('local');
});

it.each(monitored)(
  'the dashboard of %s is named by stage and region, since dashboards are global',
  (stage, templates) => {
    const [dashboard] = Object.values(resourcesOf(templates.monitoring as StackTemplate, 'AWS::CloudWatch::Dashboard'));
    expect(meaningOf(dashboard?.Properties.DashboardName, templates)).toBe(`reprocess-${stage}-Region`);
  },
);

const ENTRIES = [
  ...['reprocess-worker', 'reprocess-api', 'dead-letters', 'autoenhance-webhook', 'upload-trigger'],
  ...['completion-sweep', 'batch-api', 'order-api', 'batch-feeder', 'callback-api', 'callback-delivery', 'console'],
];

/** Where the console fails, the alarm for 5xx of the HTTP API says so. */
const WATCHED = ENTRIES.filter((entry) => entry !== 'console');

// The names and dimensions that AWS documents for each namespace.
const AWS: Readonly<Record<string, { readonly names: readonly string[]; readonly dimension: string }>> = {
  'AWS/SQS': {
    names: [
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesVisible',
      'NumberOfMessagesReceived',
    ],
    dimension: 'QueueName',
  },
  'AWS/Lambda': {
    names: ['ConcurrentExecutions', 'DeadLetterErrors', 'Duration', 'Errors', 'Invocations', 'Throttles'],
    dimension: 'FunctionName',
  },
  'AWS/Events': { names: ['InvocationsFailedToBeSentToDlq'], dimension: 'RuleName' },
  // Of HTTP APIs; those of REST APIs have other names.
  'AWS/ApiGateway': { names: ['4xx', '5xx'], dimension: 'ApiId' },
  // Of a filter of the service stack.
  'Reprocess/AccessLog': { names: ['Throttled'], dimension: 'ApiId' },
};

const RUNBOOK = readDocument('docs/runbook.md').text;

/** The headings of the runbook's part on alarms. */
function alarmHeadings(): readonly string[] {
  const [, alarms = ''] = RUNBOOK.split(/^## Alarms$/m);
  const [section = ''] = alarms.split(/^## /m);
  return [...section.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

const headingOf = (description: string) => /docs\/runbook\.md#([\w-]+)$/.exec(description)?.[1];

describe.each(monitored)('the monitoring of %s', (name, stage) => {
  const monitoring = stage.monitoring as StackTemplate;
  const alarms = alarmsOf(stage);
  const widgets = widgetsOf(stage);
  const used = [
    ...Object.values(alarms).flatMap((alarm) => metricsOfAlarm(alarm, stage)),
    ...widgets.flatMap(metricsOfWidget),
  ];
  const ours = used.filter(({ namespace }) => namespace === 'Reprocess');

  it('has an alarm under each heading of the runbook, and a heading for each alarm', () => {
    const headings = Object.values(alarms).map(({ AlarmDescription }) => headingOf(AlarmDescription));
    expect([...new Set(headings)].toSorted()).toEqual(alarmHeadings().toSorted());
  });

  it('calls when this is exceeded in so many periods, and takes a period without data so', () => {
    const table = Object.entries(alarms).map(([alarm, properties]) => {
      const { Threshold, EvaluationPeriods, TreatMissingData, ComparisonOperator } = properties;
      expect(ComparisonOperator).toBe('GreaterThanThreshold');
      const periods = new Set(metricsOfAlarm(properties, stage).map(({ period }) => period));
      return [
        alarm.replace(`reprocess-${name}-`, ''),
        [Threshold, `${EvaluationPeriods} × ${[...periods].join()} s`, TreatMissingData],
      ];
    });
    const ofEach = (kind: string, values: readonly [number, string, string], thresholds: readonly number[] = []) =>
      WATCHED.map((entry, index) => [`${kind}-${entry}`, [thresholds[index] ?? values[0], values[1], values[2]]]);
    expect(Object.fromEntries(table)).toEqual({
      'dead-letters': [0, '1 × 300 s', 'notBreaching'],
      'dead-letters-waiting': [0, '3 × 300 s', 'ignore'],
      // Requests are tried at least every hour.
      'old-request': [7 * 86_400, '1 × 7200 s', 'notBreaching'],
      'old-result': [7 * 86_400, '1 × 300 s', 'notBreaching'],
      'unread-results': [0, '6 × 300 s', 'notBreaching'],
      'account-fault': [0, '1 × 300 s', 'ignore'],
      // Longer than the half hour after which a slowed request is tried again, and the account found to be refused.
      'nothing-ends': [0, '8 × 300 s', 'ignore'],
      'budget-nearly-used-up': [80, '1 × 300 s', 'ignore'],
      'budget-used-up': [99.9, '1 × 300 s', 'ignore'],
      'account-paused': [0, '1 × 300 s', 'notBreaching'],
      'batch-stalled': [0, '1 × 300 s', 'notBreaching'],
      'feeder-silent': [0, '2 × 300 s', 'breaching'],
      'sweep-silent': [0, '2 × 300 s', 'breaching'],
      'step-failed': [20, '1 × 900 s', 'notBreaching'],
      'failed-outcomes': [25, '1 × 900 s', 'notBreaching'],
      'failed-outcomes-of-few': [50, '1 × 10800 s', 'notBreaching'],
      'api-5xx': [4, '1 × 300 s', 'notBreaching'],
      'api-throttled': [20, '1 × 300 s', 'notBreaching'],
      'webhook-refused': [0, '1 × 300 s', 'notBreaching'],
      'missed-webhooks': [2, '1 × 3600 s', 'notBreaching'],
      'completions-unknown': [20, '1 × 3600 s', 'notBreaching'],
      'callback-paused': [0, '1 × 300 s', 'notBreaching'],
      'callbacks-given-up': [0, '1 × 300 s', 'notBreaching'],
      'callbacks-waiting': [60_000, '1 × 300 s', 'notBreaching'],
      'callback-dead-letters': [0, '1 × 300 s', 'ignore'],
      'unread-uploads': [0, '1 × 300 s', 'notBreaching'],
      'failed-uploads': [0, '1 × 300 s', 'ignore'],
      'lost-uploads': [0, '1 × 300 s', 'notBreaching'],
      ...Object.fromEntries(ofEach('function-errors', [0, '1 × 300 s', 'notBreaching'])),
      ...Object.fromEntries(ofEach('unexpected-errors', [0, '1 × 300 s', 'notBreaching'])),
      ...Object.fromEntries(ofEach('function-throttles', [0, '1 × 300 s', 'notBreaching'])),
      // Uploads wait their turn: more at once than the stage lets them is no fault.
      'function-throttles-upload-trigger': [0, '12 × 300 s', 'notBreaching'],
      'function-throttles-batch-feeder': [0, '12 × 300 s', 'notBreaching'],
      'function-throttles-completion-sweep': [0, '12 × 300 s', 'notBreaching'],
      ...Object.fromEntries(
        ofEach(
          'function-duration',
          [0, '3 × 300 s', 'notBreaching'],
          [48_000, 23_200, 24_000, 12_000, 882_000, 53_900, 23_200, 23_200, 882_000, 23_200, 48_000],
        ),
      ),
    });
  });

  it('adds up what is counted, and takes the worst of what is measured', () => {
    const statistics = Object.entries(alarms).map(([alarm, { Statistic, ExtendedStatistic, Metrics = [] }]) => {
      const ofParts = Metrics.flatMap(({ MetricStat }: { MetricStat?: { Stat: string } }) => MetricStat?.Stat ?? []);
      return [alarm.replace(`reprocess-${name}-`, ''), [Statistic ?? ExtendedStatistic ?? ofParts].join()];
    });
    const others = statistics.filter(([, statistic]) => !/^Sum(,Sum)*$/.test(statistic ?? ''));
    expect(Object.fromEntries(others)).toEqual({
      'budget-nearly-used-up': 'Maximum',
      'budget-used-up': 'Maximum',
      'batch-stalled': 'Maximum',
      // The feeder writes 0 as well, where it has looked and there is no batch.
      'feeder-silent': 'SampleCount',
      'nothing-ends': ['Maximum', ...Array(6).fill('Sum')].join(),
      'callbacks-waiting': 'Maximum,Maximum',
      'callback-dead-letters': 'Maximum,Maximum',
      'dead-letters-waiting': 'Maximum,Maximum',
      'failed-uploads': 'Maximum,Maximum',
      'old-request': 'Maximum,Maximum',
      'old-result': 'Maximum',
      // What was there all the time.
      'unread-results': 'Minimum,Sum',
      ...Object.fromEntries(WATCHED.map((entry) => [`function-duration-${entry}`, 'p99'])),
    });
  });

  it('tells the topic when an alarm begins and when it is over', () => {
    const targets = Object.values(alarms).map(({ AlarmActions, OKActions }) => [AlarmActions, OKActions]);
    const paths = targets.map((pair) => pair.map((actions) => actions.map((each: unknown) => meaningOf(each, stage))));
    expect(new Set(paths.map((pair) => JSON.stringify(pair)))).toEqual(new Set(['[["Alarms"],["Alarms"]]']));
  });

  const usedBy = (alarm: string) =>
    metricsOfAlarm(alarms[`reprocess-${name}-${alarm}`], stage).map(({ name: metric, dimensions }) =>
      [metric, ...Object.values(dimensions)].join(' '),
    );

  it('knows the age also of requests that wait by being tried, which SQS may leave out of its own', () => {
    expect(usedBy('old-request').toSorted()).toEqual([
      'ApproximateAgeOfOldestMessage Requests/Queue',
      `ReturnedAge reprocess-worker ${name}`,
    ]);
    const expressions = alarms[`reprocess-${name}-old-request`].Metrics.flatMap(
      ({ Expression }: { Expression?: string }) => Expression ?? [],
    );
    expect(expressions).toEqual(['MAX([lying, tried])', 'returned / 1000']);
    const statistics = alarms[`reprocess-${name}-old-request`].Metrics.flatMap(
      ({ MetricStat }: { MetricStat?: { Stat: string } }) => MetricStat?.Stat ?? [],
    );
    expect(statistics).toEqual(['Maximum', 'Maximum']);
  });

  const messagesOf = (queue: string) =>
    ['Visible', 'NotVisible'].map((kind) => `ApproximateNumberOfMessages${kind} ${queue}`);
  const watched: Readonly<Record<string, readonly string[]>> = {
    'dead-letters': [`DeadLetters dead-letters ${name}`],
    'dead-letters-waiting': messagesOf('Requests/DeadLetters'),
    'account-fault': [`AccountFault reprocess-worker ${name}`, `Calls2xx reprocess-worker ${name}`],
    'failed-outcomes': [
      ...['reprocess-worker', 'dead-letters', 'upload-trigger'].map((entry) => `OutcomeFailed ${entry} ${name}`),
      `OutcomeSucceeded reprocess-worker ${name}`,
    ],
    'budget-nearly-used-up': [`BudgetUsed reprocess-worker ${name}`],
    'budget-used-up': [`BudgetUsed reprocess-worker ${name}`],
    'account-paused': ['autoenhance-webhook', 'completion-sweep'].map((entry) => `AccountPaused ${entry} ${name}`),
    'missed-webhooks': [`MissedWebhooks completion-sweep ${name}`],
    'completions-unknown': [`CompletionsUnknown completion-sweep ${name}`],
    'api-5xx': ['5xx Api/Api'],
    'api-throttled': ['Throttled Api/Api'],
    'webhook-refused': [`WebhookRefused autoenhance-webhook ${name}`],
    'callback-paused': ['CallbacksPaused', 'CallbacksRemoved'].map((metric) => `${metric} callback-delivery ${name}`),
    'callbacks-given-up': [`CallbacksGivenUp callback-delivery ${name}`],
    'callbacks-waiting': messagesOf('Callbacks/Queue'),
    'callback-dead-letters': messagesOf('Callbacks/DeadLetters'),
    'unread-uploads': [`UnreadUploads upload-trigger ${name}`],
    'failed-uploads': messagesOf('FailedUploads'),
    'lost-uploads': ['DeadLetterErrors UploadTrigger/Function', 'InvocationsFailedToBeSentToDlq Uploaded'],
    'old-result': ['ApproximateAgeOfOldestMessage Results'],
    'unread-results': ['ApproximateNumberOfMessagesVisible Results', 'NumberOfMessagesReceived Results'],
  };

  it.each(Object.entries(watched))('has %s watch %j', (alarm, metrics) => {
    // A stage without a webhook has no alarm for the missed ones.
    if (alarms[`reprocess-${name}-${alarm}`] !== undefined) expect(usedBy(alarm)).toEqual(metrics);
  });

  it('has no alarm but those, the ones of each function, and those that combine several metrics', () => {
    const combined = ['old-request', 'nothing-ends', 'batch-stalled', 'feeder-silent', 'sweep-silent', 'step-failed'];
    const named = [...Object.keys(watched), ...combined, 'failed-outcomes-of-few'];
    const others = Object.keys(alarms).map((alarm) => alarm.replace(`reprocess-${name}-`, ''));
    expect(others.filter((alarm) => !named.includes(alarm) && !/^(function|unexpected)-/.test(alarm))).toEqual([]);
  });

  it('watches errors, throttles and duration of each function under the heading of each', () => {
    const kinds = { errors: 'Errors', throttles: 'Throttles', duration: 'Duration' };
    const other = Object.entries(kinds).flatMap(([kind, metric]) =>
      WATCHED.filter((entry) => !usedBy(`function-${kind}-${entry}`)[0]?.startsWith(`${metric} `)),
    );
    expect(other).toEqual([]);
  });

  const expressionsOf = (alarm: string): readonly string[] =>
    alarms[`reprocess-${name}-${alarm}`].Metrics.flatMap(({ Expression }: { Expression?: string }) => Expression ?? []);

  it('calls when requests wait and none ends, unless the account is refused or paused', () => {
    expect(usedBy('nothing-ends').toSorted()).toEqual([
      `AccountFault reprocess-worker ${name}`,
      // Hidden ones may wait for the reset of the daily limit.
      'ApproximateNumberOfMessagesVisible Requests/Queue',
      ...['dead-letters', 'reprocess-worker', 'upload-trigger'].map((entry) => `OutcomeFailed ${entry} ${name}`),
      `OutcomeSucceeded reprocess-worker ${name}`,
      `PausedMinutes batch-feeder ${name}`,
    ]);
    expect(expressionsOf('nothing-ends')).toEqual([
      // What is not counted has not happened, and is 0.
      'IF(waiting > 0 AND FILL(ended, 0) == 0 AND FILL(faults, 0) == 0 AND FILL(paused, 0) == 0, 1, 0)',
      'SUM([ended0, ended1, ended2, ended3])',
    ]);
  });

  it('calls when a batch stands still, and when the feeder or the sweep, which work each minute, do not', () => {
    expect(['batch-stalled', 'feeder-silent', 'sweep-silent'].map(usedBy)).toEqual([
      [`StalledBatches batch-feeder ${name}`],
      [`OpenBatches batch-feeder ${name}`],
      ['Invocations CompletionSweep/Function'],
    ]);
    expect(['feeder-silent', 'sweep-silent'].map(expressionsOf)).toEqual([
      ['IF(looks > 0, 0, 1)'],
      ['IF(runs > 0, 0, 1)'],
    ]);
    const [looks] = alarms[`reprocess-${name}-feeder-silent`].Metrics.flatMap(
      ({ MetricStat }: { MetricStat?: { Stat: string } }) => MetricStat?.Stat ?? [],
    );
    expect(looks).toBe('SampleCount');
  });

  it('calls when steps fail, and at the first error of any function that only a bug explains', () => {
    expect(usedBy('step-failed')).toEqual(
      ['reprocess-worker', 'callback-delivery', 'dead-letters'].map((entry) => `StepFailed ${entry} ${name}`),
    );
    expect(WATCHED.flatMap((entry) => usedBy(`unexpected-errors-${entry}`))).toEqual(
      WATCHED.map((entry) => `UnexpectedErrors ${entry} ${name}`),
    );
  });

  it('lets a call that succeeds end the fault of the account, and a reader that takes nothing be none', () => {
    expect(expressionsOf('account-fault')).toEqual(['SUM([faults, none])', '0 * successes']);
    expect(expressionsOf('unread-results')).toEqual(['IF(visible > 0 AND FILL(received, 0) == 0, 1, 0)']);
  });

  it('takes the share that failed of many outcomes soon, and of few after hours', () => {
    const shareOf = (least: number) =>
      `IF(SUM([failed0, failed1, failed2, succeeded0]) >= ${least}, 100 * SUM([failed0, failed1, failed2]) / SUM([failed0, failed1, failed2, succeeded0]), 0)`;
    expect(expressionsOf('failed-outcomes')).toEqual([shareOf(20)]);
    expect(expressionsOf('failed-outcomes-of-few')).toEqual([shareOf(5)]);
    expect(usedBy('failed-outcomes-of-few')).toEqual(usedBy('failed-outcomes'));
  });

  it('counts the calls that the API throttles out of its access log, in the form in which it writes them', () => {
    const [filter] = Object.values(resourcesOf(stage.service, 'AWS::Logs::MetricFilter'));
    const [{ MetricNamespace, MetricName, MetricValue, Dimensions }] = filter?.Properties.MetricTransformations ?? [{}];
    expect(usedBy('api-throttled')).toEqual([`${MetricName} Api/Api`]);
    expect([MetricNamespace, MetricValue, Dimensions]).toEqual([
      'Reprocess/AccessLog',
      '1',
      [{ Key: 'ApiId', Value: '$.apiId' }],
    ]);
    expect(filter?.Properties.FilterPattern).toBe('{ $.status = "429" }');
    expect(meaningOf(filter?.Properties.LogGroupName, stage)).toBe('Api/AccessLogs');
    const [{ Properties: api } = { Properties: {} }] = Object.values(
      resourcesOf(stage.service, 'AWS::ApiGatewayV2::Stage'),
    );
    expect(JSON.parse(api.AccessLogSettings.Format)).toMatchObject({
      apiId: '$context.apiId',
      status: '$context.status',
    });
  });

  it('lets a rollout in steps end at the first bug of the new version, of every function', () => {
    const groups = Object.values(resourcesOf(stage.service, 'AWS::CodeDeploy::DeploymentGroup'));
    const watched = groups.flatMap(({ Properties }) => {
      const named = Properties.AlarmConfiguration.Alarms.map((alarm: { Name: { Ref: string } }) => alarm.Name.Ref);
      return named.map((id: string) => stage.service.Resources[id]?.Properties);
    });
    const versions = watched
      .filter(({ Namespace, MetricName }) => Namespace === 'Reprocess' && MetricName === 'UnexpectedErrors')
      .map(({ Dimensions }) =>
        Dimensions.toSorted((a: { Name: string }, b: { Name: string }) => (a.Name < b.Name ? -1 : 1)),
      );
    expect(versions.map(([entry]) => entry.Value).toSorted()).toEqual(
      stages[name as keyof typeof stages].rollout === 'all-at-once' ? [] : ENTRIES.toSorted(),
    );
    for (const [entry, ofStage, version] of versions) {
      expect([entry.Name, ofStage, version.Name]).toEqual(['function', { Name: 'stage', Value: name }, 'version']);
      const [id] = version.Value['Fn::GetAtt'];
      expect(stage.service.Resources[id]?.Type).toBe('AWS::Lambda::Version');
    }
  });

  it('calls when an upload is lost on either of its ways: before the function, and behind it', () => {
    expect(usedBy('lost-uploads').toSorted()).toEqual([
      'DeadLetterErrors UploadTrigger/Function',
      'InvocationsFailedToBeSentToDlq Uploaded',
    ]);
  });

  it('asks for missed webhooks only where one is to call', () => {
    const { expectsWebhook } = stages[name as keyof typeof stages];
    expect(`reprocess-${name}-missed-webhooks` in alarms).toBe(expectsWebhook);
  });

  it('sends alarms to the address of the stage, if it has one', () => {
    const { alarmAddress } = stages[name as keyof typeof stages];
    const found = Object.values(resourcesOf(monitoring, 'AWS::SNS::Subscription')).map(({ Properties }) => [
      Properties.Protocol,
      Properties.Endpoint,
    ]);
    expect(found).toEqual(alarmAddress === undefined ? [] : [['email', alarmAddress]]);
  });

  it('watches the functions, queues and the API of its own stage', () => {
    const targets = used
      .filter(({ namespace }) => namespace !== 'Reprocess')
      .flatMap(({ dimensions }) => Object.values(dimensions));
    expect([...new Set(targets)].toSorted()).toEqual(
      [
        'Api/Api',
        ...[
          'ApiHandler',
          'BatchApi',
          'BatchFeeder',
          'CallbackApi',
          'CallbackDelivery',
          'CompletionSweep',
          'Console',
          'DeadLetters',
          'OrderApi',
          'UploadTrigger',
          'Webhook',
          'Worker',
        ].map((id) => `${id}/Function`),
        'Uploaded',
        ...['Callbacks/DeadLetters', 'Callbacks/Queue'],
        ...['FailedRuns', 'FailedUploads', 'Requests/DeadLetters', 'Requests/Queue', 'Results'],
      ].toSorted(),
    );
    expect(new Set(ours.map(({ dimensions }) => dimensions.stage))).toEqual(new Set([name]));
  });

  it('compares the slowest invocations with the timeouts that the functions have', () => {
    const bounds = Object.entries(alarms).filter(([alarm]) => alarm.includes('function-duration'));
    const ratios = bounds.map(([, alarm]) => {
      const [{ dimensions }] = metricsOfAlarm(alarm, stage) as [MetricId];
      expect(alarm.ExtendedStatistic).toBe('p99');
      const { Timeout } = resource(stage.service, 'AWS::Lambda::Function', dimensions.FunctionName ?? '').Properties;
      return [dimensions.FunctionName, alarm.Threshold / (Timeout * 1000)];
    });
    expect(Object.fromEntries(ratios)).toEqual({
      'Worker/Function': 0.8,
      'ApiHandler/Function': 0.8,
      'BatchApi/Function': 0.8,
      'OrderApi/Function': 0.8,
      'CallbackApi/Function': 0.8,
      'CallbackDelivery/Function': 0.8,
      'DeadLetters/Function': 0.8,
      'Webhook/Function': 0.8,
      // They use their time on purpose, but for the last half minute.
      'UploadTrigger/Function': 0.98,
      'BatchFeeder/Function': 0.98,
      'CompletionSweep/Function': 0.98,
    });
  });

  it('uses AWS metrics under the names and dimensions that AWS gives them', () => {
    const unknown = used.filter(({ namespace, name: metric, dimensions }) => {
      if (namespace === 'Reprocess') return false;
      const { names, dimension } = AWS[namespace] ?? { names: [], dimension: '' };
      return !names.includes(metric) || Object.keys(dimensions).join() !== dimension;
    });
    expect(unknown).toEqual([]);
  });

  it('uses metrics of the service in the form in which the functions write them', () => {
    const lines: string[] = [];
    const dimensions = { stage: name, function: 'reprocess-worker' };
    const metrics = createMetrics({
      dimensions,
      version: () => undefined,
      awsRequestId: () => undefined,
      clock: { now: () => 0 },
      write: (line) => lines.push(line),
    });
    metrics.count('AccountFault');
    // Where metrics are gathered until the invocation ends.
    if ('flush' in metrics && typeof metrics.flush === 'function') metrics.flush();
    const [{ Namespace, Dimensions }] = JSON.parse(lines[0] ?? '')._aws.CloudWatchMetrics;
    const written = [Namespace, Dimensions[0].toSorted()];
    const asked = ours.map(({ namespace, dimensions: by }) => [namespace, Object.keys(by).toSorted()]);
    expect(new Set(asked.map((each) => JSON.stringify(each)))).toEqual(new Set([JSON.stringify(written)]));
    expect(ours.filter(({ name: metric }) => !Object.hasOwn(METRICS, metric))).toEqual([]);
  });

  it('asks each metric of a function whose code names it', () => {
    const named = Object.fromEntries(ENTRIES.map((entry) => [entry, metricsNamedBehind(entry)]));
    const silent = ours.filter(({ name: metric, dimensions }) => !named[dimensions.function ?? '']?.has(metric));
    const lines = silent.map(({ name: metric, dimensions }) => `${dimensions.function} does not name ${metric}`);
    expect([...new Set(lines)]).toEqual([]);
  });

  it('names the functions as they name themselves', () => {
    const named = new Set(ours.map(({ dimensions }) => dimensions.function));
    expect([...named].filter((entry) => !ENTRIES.includes(entry ?? ''))).toEqual([]);
    const files = [
      ...['worker', 'api', 'batch-api', 'order-api', 'dead-letters', 'webhook'],
      ...['completion-sweep', 'upload-trigger', 'batch-feeder', 'callback-api', 'callback-delivery', 'console'],
    ];
    const composed = files.map((file) => {
      const text = readFileSync(join(import.meta.dirname, '../../functions/composition', `${file}.ts`), 'utf8');
      return /composeTelemetry\(environment, runtime, '([\w-]+)'\)/.exec(text)?.[1];
    });
    expect(composed.toSorted()).toEqual(ENTRIES.toSorted());
  });

  it('shows what callers asked for and what became of it, and beneath it how the service does it', () => {
    const titles = widgets.map(({ properties }) => properties.markdown ?? properties.title);
    expect(titles).toEqual([
      '## Business',
      'Requests by entry point',
      'Outcomes',
      'From accepted to outcome',
      'Uploads',
      'Completion: what went wrong',
      '## Batches',
      'Lines sent to the queue',
      'Batches',
      'Daily limit',
      'Minutes without calls',
      '## Callbacks',
      'Callbacks',
      'From event to delivery',
      'Callbacks that ended',
      '## Technical',
      'Calls of the endpoint',
      'Latency of the endpoint',
      'Circuit breaker and keys',
      'Messages in the queues',
      'Oldest message',
      'Errors and throttles',
      'Slowest invocations (p99)',
      'Invocations at once',
    ]);
    const places = widgets.map(({ x, y, width, height }) => ({ x, y, right: x + width, bottom: y + height }));
    expect(places.filter(({ right }) => right > 24)).toEqual([]);
    const overlaps = places.filter((one, index) =>
      places.some(
        (other, at) =>
          at > index && one.x < other.right && other.x < one.right && one.y < other.bottom && other.y < one.bottom,
      ),
    );
    expect(overlaps).toEqual([]);
  });

  // Without the expressions over them.
  const linesOf = (widget: (typeof widgets)[number]) =>
    (widget.properties.metrics ?? [])
      .filter((line: readonly unknown[]) => typeof line[0] === 'string')
      .map((line: readonly [string, string, ...unknown[]]) => ({ ...Object(line.at(-1)), metric: line[1] }));

  it('shows these metrics in its graphs', () => {
    const graphs = widgets.flatMap((widget) => {
      const metrics = new Set(linesOf(widget).map(({ metric }: { metric: string }) => metric));
      return metrics.size === 0 ? [] : [[widget.properties.title, [...metrics].join(' ')]];
    });
    expect(Object.fromEntries(graphs)).toEqual({
      'Requests by entry point': 'RequestsHttp RequestsSqs RequestsUpload',
      Outcomes: [
        ...['Succeeded', 'InvalidRequest', 'RequestIdReused', 'NotFound', 'InvalidPreferences', 'Refused', 'GaveUp'],
        ...['Expired', 'Internal'],
      ]
        .map((kind) => `Outcome${kind}`)
        .join(' '),
      'From accepted to outcome': 'WaitingTime',
      Uploads: 'UploadedRequests RejectedLines IgnoredUploads UnreadUploads',
      'Completion: what went wrong':
        'ImageFailed WebhookContradicted WebhookRefused WebhookWithoutToken MissedWebhooks CompletionsUnknown LookDelay',
      'Lines sent to the queue': 'FedLines',
      Batches: 'OpenBatches StalledBatches FinishedBatches',
      'Daily limit': 'BudgetUsed BudgetExhausted AccountPaused SentAgain',
      'Minutes without calls': 'PausedMinutes',
      Callbacks: 'CallbacksDelivered CallbacksGivenUp CallbackAttemptsFailed',
      'From event to delivery': 'CallbackDelay',
      'Callbacks that ended': 'CallbacksPaused CallbacksRemoved',
      'Calls of the endpoint': 'Calls2xx Calls3xx Calls4xx Calls5xx CallsNotSent CallsLost Retries DuplicateCalls',
      'Latency of the endpoint': 'CallLatency',
      'Circuit breaker and keys': 'ThrottledSeconds AccountFault KeyRefreshes',
      'Messages in the queues': 'ApproximateNumberOfMessagesVisible ApproximateNumberOfMessagesNotVisible',
      'Oldest message': 'ApproximateAgeOfOldestMessage',
      'Errors and throttles': 'Errors 5xx Throttles',
      'Slowest invocations (p99)': 'Duration',
      'Invocations at once': 'ConcurrentExecutions',
    });
  });

  it('shows what is counted as a sum, and what is measured by its percentiles or its most', () => {
    const lines: readonly { readonly metric: string; readonly stat: string }[] = widgets.flatMap(linesOf);
    const statistics = Map.groupBy(lines, ({ metric }) => metric);
    const others = [...statistics].map(([metric, all]) => [
      metric,
      [...new Set(all.map(({ stat }) => stat))].join(' '),
    ]);
    expect(Object.fromEntries(others.filter(([, statistic]) => statistic !== 'Sum'))).toEqual({
      WaitingTime: 'p50 p90 p99',
      CallbackDelay: 'p50 p90 p99',
      CallLatency: 'p50 p90 p99',
      LookDelay: 'Maximum',
      OpenBatches: 'Maximum',
      StalledBatches: 'Maximum',
      BudgetUsed: 'Maximum',
      ApproximateNumberOfMessagesVisible: 'Maximum',
      ApproximateNumberOfMessagesNotVisible: 'Maximum',
      ApproximateAgeOfOldestMessage: 'Maximum',
      Duration: 'p99',
      ConcurrentExecutions: 'Maximum',
    });
  });

  it('depends on the other stacks, and none of them on it', () => {
    expect(Object.values(monitoring.Outputs).filter(({ Export }) => Export !== undefined)).toEqual([]);
    expect(JSON.stringify([stage.storage, stage.service])).not.toContain(`reprocess-${name}-monitoring`);
  });
});

describe('the topic of the alarms', () => {
  const [, stage] = monitored[0] as (typeof monitored)[number];
  const monitoring = stage.monitoring as StackTemplate;
  const fromThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
  const ofCloudWatch = ({ Principal }: { Principal: { Service?: string } }) =>
    Principal.Service === 'cloudwatch.amazonaws.com';

  it("is encrypted with a key of the stage's own, which turns every year and admits the alarms of this account", () => {
    const [topic] = Object.values(resourcesOf(monitoring, 'AWS::SNS::Topic'));
    expect(meaningOf(topic?.Properties.KmsMasterKeyId, stage)).toBe('AlarmsKey');
    const { EnableKeyRotation, KeyPolicy } = resource(monitoring, 'AWS::KMS::Key', 'AlarmsKey').Properties;
    expect(EnableKeyRotation).toBe(true);
    expect(KeyPolicy.Statement.filter(ofCloudWatch)).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: fromThisAccount,
      },
    ]);
  });

  it('takes messages of the alarms of this account, and nothing without TLS', () => {
    const [policy] = Object.values(resourcesOf(monitoring, 'AWS::SNS::TopicPolicy'));
    const statements = policy?.Properties.PolicyDocument.Statement;
    expect(statements.filter(ofCloudWatch)).toEqual([
      expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Condition: fromThisAccount }),
    ]);
    expect(statements.filter((each: { Effect: string }) => each.Effect === 'Deny')).toEqual([
      expect.objectContaining({ Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]);
    expect(pathOf(policy as Parameters<typeof pathOf>[0])).toBe('Alarms/Policy');
  });
});
