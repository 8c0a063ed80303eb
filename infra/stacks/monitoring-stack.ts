import { CfnOutput, CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { Dashboard, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../constructs/monitoring/alarm-topic.ts';
import { BatchAlarms } from '../constructs/monitoring/batch-alarms.ts';
import { batchRow } from '../constructs/monitoring/batch-row.ts';
import { BudgetAlarms } from '../constructs/monitoring/budget-alarms.ts';
import { businessRow } from '../constructs/monitoring/business-row.ts';
import { CallbackAlarms } from '../constructs/monitoring/callback-alarms.ts';
import { callbackRow } from '../constructs/monitoring/callback-row.ts';
import { CompletionAlarms } from '../constructs/monitoring/completion-alarms.ts';
import { EntryPointAlarms } from '../constructs/monitoring/entry-point-alarms.ts';
import { FunctionAlarms } from '../constructs/monitoring/function-alarms.ts';
import { OutcomeAlarms } from '../constructs/monitoring/outcome-alarms.ts';
import { QueueAlarms } from '../constructs/monitoring/queue-alarms.ts';
import type { Watch } from '../constructs/monitoring/runbook-alarm.ts';
import { type Entry, serviceMetrics } from '../constructs/monitoring/service-metric.ts';
import { technicalRow } from '../constructs/monitoring/technical-row.ts';
import {
  API_TIMEOUT,
  CALLBACK_TIMEOUT,
  DEAD_LETTERS_TIMEOUT,
  FEEDER_TIMEOUT,
  SWEEP_TIMEOUT,
  UPLOAD_TIMEOUT,
  WEBHOOK_TIMEOUT,
  WORKER_TIMEOUT,
} from '../limits.ts';
import { alarmTopicName } from '../names.ts';
import type { StageSettings } from '../stages.ts';
import type { ServiceStack } from './service-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface MonitoringStackProps extends StackProps {
  readonly stage: string;
  readonly settings: StageSettings;
  readonly storage: StorageStack;
  readonly service: ServiceStack;
}

/** An entry whose function has alarms of its own. Where the console fails, the alarm for 5xx of the HTTP API says so. */
type Watched = Exclude<Entry, 'console'>;

/** Seconds. */
const TIMEOUTS: Readonly<Record<Watched, number>> = {
  'reprocess-worker': WORKER_TIMEOUT,
  'reprocess-api': API_TIMEOUT,
  'batch-api': API_TIMEOUT,
  'order-api': API_TIMEOUT,
  'callback-api': API_TIMEOUT,
  'callback-delivery': CALLBACK_TIMEOUT,
  'dead-letters': DEAD_LETTERS_TIMEOUT,
  'autoenhance-webhook': WEBHOOK_TIMEOUT,
  'upload-trigger': UPLOAD_TIMEOUT,
  'batch-feeder': FEEDER_TIMEOUT,
  'completion-sweep': SWEEP_TIMEOUT,
};

/** A run of the feeder uses its time up to the last half minute; past this it may not finish closing. */
const SLOW_RUN_FROM = 0.98;
/** What events invoke. */
const BY_EVENTS: readonly Watched[] = ['upload-trigger', 'batch-feeder', 'completion-sweep'];

/** Calls a person, and shows what is going on. Nothing depends on it; while it is away, nobody is called. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    // As imports of exports, as the service stack has them.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);
    const { stage, settings } = props;
    const topic = new AlarmTopic(this, 'Alarms', {
      name: alarmTopicName(stage),
      address: settings.alarmAddress,
    });
    this.addAlarms({ stage, topic }, props);
    const dashboard = this.addDashboard(props);
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn });
    new CfnOutput(this, 'DashboardName', { value: dashboard.dashboardName });
  }

  private addAlarms(watch: Watch, { settings, storage, service }: MonitoringStackProps): void {
    const { requests, results, callbacks, failedUploads } = storage;
    const metrics = serviceMetrics(watch.stage);
    const { api, throttledCalls, functions, uploadRule } = service;
    new OutcomeAlarms(this, 'Outcomes', { ...watch, metrics, requests: requests.queue });
    new BudgetAlarms(this, 'Budget', { ...watch, metrics });
    new BatchAlarms(this, 'Batches', { ...watch, metrics });
    new CallbackAlarms(this, 'Callbacks', {
      ...watch,
      metrics,
      callbacks: callbacks.queue,
      deadLetters: callbacks.deadLetters,
    });
    new CompletionAlarms(this, 'Completion', {
      ...watch,
      metrics,
      sweep: functions['completion-sweep'],
      expectsWebhook: settings.expectsWebhook,
    });
    new EntryPointAlarms(this, 'Entry points', {
      ...watch,
      metrics,
      api,
      throttledCalls,
      uploads: functions['upload-trigger'],
      uploadRule,
    });
    new QueueAlarms(this, 'Queues', {
      ...watch,
      metrics,
      requests: requests.queue,
      deadLetters: requests.deadLetters,
      results,
      failedUploads,
      retention: settings.retention,
    });
    for (const [entry, timeout] of Object.entries(TIMEOUTS) as [Watched, number][]) {
      const byEvents = BY_EVENTS.includes(entry) && { slowFrom: SLOW_RUN_FROM, waitsItsTurn: true };
      new FunctionAlarms(this, entry, { ...watch, metrics, entry, target: functions[entry], timeout, ...byEvents });
    }
  }

  private addDashboard({ stage, storage, service }: MonitoringStackProps): Dashboard {
    const { requests, results, callbacks, failedUploads } = storage;
    const { api, functions, failedRuns } = service;
    const metrics = serviceMetrics(stage);
    const queues = {
      requests: requests.queue,
      'dead letters': requests.deadLetters,
      results,
      callbacks: callbacks.queue,
      'callback dead letters': callbacks.deadLetters,
      'failed uploads': failedUploads,
      'failed runs': failedRuns,
    };
    return new Dashboard(this, 'Dashboard', {
      // Dashboards are global in an account, and a stage of the same name may be in another region.
      dashboardName: `reprocess-${stage}-${this.region}`,
      // A month in points five minutes apart would be no picture: CloudWatch widens them as the span grows.
      periodOverride: PeriodOverride.AUTO,
      widgets: [
        [businessRow(metrics)],
        [batchRow(metrics)],
        [callbackRow(metrics)],
        [technicalRow({ metrics, functions, queues, api })],
      ],
    });
  }
}
