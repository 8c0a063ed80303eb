import {
  CfnOutput,
  CrossStackReferences,
  Duration,
  ReferenceStrength,
  RemovalPolicy,
  Stack,
  type StackProps,
  Validations,
} from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IRule, Schedule } from 'aws-cdk-lib/aws-events';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type {
  ApiVariables,
  DeadLettersVariables,
  FeederVariables,
  SweepVariables,
  UploadVariables,
  WebhookVariables,
  WorkerVariables,
} from '../../functions/environment.ts';
import { bucketAccess, CONSUME, eventBusAccess, queueAccess, secretAccess, tableAccess } from '../constructs/access.ts';
import { addBatchApi, addOrderApi } from '../constructs/batch-functions.ts';
import { addCallbackApi, addCallbackDelivery, CALLBACKS } from '../constructs/callback-functions.ts';
import { addConsole, addSessionSecret } from '../constructs/console.ts';
import { EventRule } from '../constructs/event-rule.ts';
import { FailedEventsQueue } from '../constructs/failed-events-queue.ts';
import { BY_IMAGE, BY_LOOK, BY_OWNER, BY_WORK } from '../constructs/ledger-table.ts';
import type { FunctionsByEntry } from '../constructs/monitoring/service-metric.ts';
import { NodeFunction } from '../constructs/node-function.ts';
import { PartnerApi } from '../constructs/partner-api.ts';
import { QueueSource } from '../constructs/queue-source.ts';
import { Rollout } from '../constructs/rollout.ts';
import {
  budgetVariables,
  CALLS,
  callerVariables,
  callsPerSecondOf,
  partnerLimitsVariables,
  RECEIVE_BUDGET,
} from '../constructs/stage-variables.ts';
import { IMAGES, REPORTS, REQUESTS } from '../constructs/uploads-bucket.ts';
import {
  API_TIMEOUT,
  bulkDepth,
  DEAD_LETTERS_TIMEOUT,
  FAILED_RUN_RETENTION,
  FEEDER_TIMEOUT,
  requestLifetime,
  SWEEP_TIMEOUT,
  UPLOAD_TIMEOUT,
  WEBHOOK_TIMEOUT,
  WORKER_TIMEOUT,
} from '../limits.ts';
import { OBJECT_FOUND, sourceOf } from '../names.ts';
import type { StageSettings } from '../stages.ts';
import type { StorageStack } from './storage-stack.ts';

export interface ServiceStackProps extends StackProps {
  readonly stage: string;
  readonly settings: StageSettings;
  readonly storage: StorageStack;
  /** Of the service, as released. */
  readonly version: string;
}

/**
 * The functions and what calls them. It stores nothing that is missed but what signs the console's sessions, and yet it is not to
 * be deleted lightly: uploads and calls of the webhook are lost as long as it is away, and a new one has a new address.
 */
export class ServiceStack extends Stack {
  private readonly rollout: Rollout;
  /** What woke the feeder or the sweep in vain. No run is made of it again: the next one begins within a minute. */
  readonly failedRuns: FailedEventsQueue;
  /** By their folders. */
  readonly functions: FunctionsByEntry;
  readonly api: HttpApi;
  /** Calls that it turned away with a 429. */
  readonly throttledCalls: Metric;
  /** What hands uploads to their function. */
  readonly uploadRule: IRule;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    // As imports of exports, so that CloudFormation refuses to delete or replace what is still used here.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);
    this.rollout = new Rollout(this, 'Rollout', props.stage, props.settings);
    this.failedRuns = new FailedEventsQueue(this, 'FailedRuns', {
      retention: FAILED_RUN_RETENTION,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const worker = this.addWorker(props);
    const deadLetters = this.addDeadLetters(props);
    const uploads = this.addUploads(props);
    const feeder = this.addFeeder(props);
    const webhook = this.addWebhook(props);
    const sweep = this.addSweep(props);
    const deliveries = this.addCallbacks(props);
    const { handler, batches, orders, callbacks, page, api, throttled } = this.addApi(props, webhook);
    this.api = api;
    this.throttledCalls = throttled;
    this.uploadRule = uploads.rule;
    this.functions = {
      'reprocess-worker': worker,
      'dead-letters': deadLetters,
      'upload-trigger': uploads.trigger,
      'batch-feeder': feeder,
      'autoenhance-webhook': webhook,
      'completion-sweep': sweep,
      'reprocess-api': handler,
      'batch-api': batches,
      'order-api': orders,
      'callback-api': callbacks,
      'callback-delivery': deliveries,
      ...(page && { console: page }),
    };
  }

  private addWorker({ stage, settings, storage }: ServiceStackProps): IFunction {
    const worker = new NodeFunction(this, 'Worker', {
      entry: 'reprocess-worker',
      description: 'Calls Autoenhance for each queued request and publishes the outcome',
      timeout: WORKER_TIMEOUT,
      settings,
      variables: (role): WorkerVariables => ({
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        LEDGER_TABLE: tableAccess(role, storage.ledger, { items: ['GetItem', 'PutItem', 'UpdateItem'] }),
        REQUESTS_QUEUE_URL: queueAccess(role, storage.requests.queue, CONSUME),
        ...publishing(role, storage),
        AUTOENHANCE_SECRET_ID: secretAccess(role, storage.autoenhanceKey),
        AUTOENHANCE_BASE_URL: settings.autoenhanceBaseUrl,
        AUTOENHANCE_API_VERSION: settings.autoenhanceApiVersion,
        RETRY_FOR_SECONDS: String(settings.retryFor),
        LOST_RESPONSE_WAIT_SECONDS: String(settings.lostResponseWait),
        CALLS_PER_SECOND: String(settings.callsPerSecond),
        REQUEST_LIFETIME_SECONDS: String(requestLifetime(settings.retention)),
        FIRST_LOOK_SECONDS: String(settings.completionLooks[0]),
        ...budgetVariables(settings),
        ...RECEIVE_BUDGET,
      }),
    });
    new QueueSource(this, 'Requests', {
      queue: storage.requests.queue,
      target: worker.function,
      alias: this.rollout.aliasOf('reprocess-worker', worker.function),
      maxConcurrency: settings.workerConcurrency,
    });
    return worker.function;
  }

  private addDeadLetters({ stage, settings, storage }: ServiceStackProps): IFunction {
    const answerer = new NodeFunction(this, 'DeadLetters', {
      entry: 'dead-letters',
      description: 'Answers the requests that no worker could bring to an end',
      timeout: DEAD_LETTERS_TIMEOUT,
      settings,
      variables: (role): DeadLettersVariables => ({
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        LEDGER_TABLE: tableAccess(role, storage.ledger, { items: ['GetItem', 'PutItem', 'UpdateItem'] }),
        DEAD_LETTERS_QUEUE_URL: queueAccess(role, storage.requests.deadLetters, CONSUME),
        ...publishing(role, storage),
        ...RECEIVE_BUDGET,
      }),
    });
    new QueueSource(this, 'DeadRequests', {
      queue: storage.requests.deadLetters,
      target: answerer.function,
      alias: this.rollout.aliasOf('dead-letters', answerer.function),
      // The fewest that Lambda takes: there is nothing to hurry.
      maxConcurrency: 2,
    });
    return answerer.function;
  }

  private addWebhook({ stage, settings, storage }: ServiceStackProps): LambdaFunction {
    const receiver = new NodeFunction(this, 'Webhook', {
      entry: 'autoenhance-webhook',
      description: 'Hears from Autoenhance that images are finished, and publishes it',
      timeout: WEBHOOK_TIMEOUT,
      concurrency: settings.webhookConcurrency,
      settings,
      variables: (role): WebhookVariables => ({
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        LEDGER_TABLE: tableAccess(role, storage.ledger, {
          items: ['GetItem', 'PutItem', 'UpdateItem'],
          query: BY_IMAGE,
        }),
        REQUESTS_QUEUE_URL: queueAccess(role, storage.requests.queue, ['SendMessage']),
        ...publishing(role, storage),
        DAILY_RESET: budgetVariables(settings).DAILY_RESET,
        WEBHOOK_TOKEN_SECRET_ID: secretAccess(role, storage.webhookToken),
        AUTOENHANCE_SECRET_ID: secretAccess(role, storage.autoenhanceKey),
        AUTOENHANCE_BASE_URL: settings.autoenhanceBaseUrl,
        AUTOENHANCE_API_VERSION: settings.autoenhanceApiVersion,
      }),
    });
    return onlyByHttp(receiver.function);
  }

  private addSweep({ stage, settings, storage }: ServiceStackProps): IFunction {
    const { function: sweep } = new NodeFunction(this, 'CompletionSweep', {
      entry: 'completion-sweep',
      description: 'Asks Autoenhance for images of which the webhook has not told that they are finished',
      timeout: SWEEP_TIMEOUT,
      settings,
      failedEvents: this.failedRuns,
      variables: (role): SweepVariables => ({
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        LEDGER_TABLE: tableAccess(role, storage.ledger, {
          items: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
          query: [BY_IMAGE, BY_LOOK],
        }),
        // A single request that failed only for the daily limit is sent again.
        REQUESTS_QUEUE_URL: queueAccess(role, storage.requests.queue, ['SendMessage']),
        ...publishing(role, storage),
        DAILY_RESET: budgetVariables(settings).DAILY_RESET,
        AUTOENHANCE_SECRET_ID: secretAccess(role, storage.autoenhanceKey),
        AUTOENHANCE_BASE_URL: settings.autoenhanceBaseUrl,
        AUTOENHANCE_API_VERSION: settings.autoenhanceApiVersion,
        CALLS_PER_SECOND: String(settings.sweepCallsPerSecond),
        LOOKS_SECONDS: settings.completionLooks.join(' '),
        COMPLETION_WITHIN_SECONDS: String(settings.completionWithin),
        EXPECTS_WEBHOOK: settings.expectsWebhook ? 'yes' : 'no',
      }),
    });
    new EventRule(this, 'SweepEachMinute', {
      description: 'Looks whether images are finished of which nobody has told',
      when: Schedule.rate(Duration.minutes(1)),
      target: this.rollout.aliasOf('completion-sweep', sweep),
      failedEvents: this.failedRuns,
    });
    return sweep;
  }

  private addUploads({ stage, settings, storage }: ServiceStackProps) {
    const { uploads, failedUploads: failedEvents } = storage;
    const { function: trigger } = new NodeFunction(this, 'UploadTrigger', {
      entry: 'upload-trigger',
      description: 'Checks uploaded request files, and queues images that carry their id',
      timeout: UPLOAD_TIMEOUT,
      concurrency: settings.uploadConcurrency,
      settings,
      failedEvents,
      variables: (role): UploadVariables => ({
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        LEDGER_TABLE: tableAccess(role, storage.ledger, {
          items: ['GetItem', 'PutItem', 'UpdateItem'],
          keys: ['file:', 'batch:', 'upload:', 'budget:'],
        }),
        REQUESTS_QUEUE_URL: queueAccess(role, storage.requests.queue, ['SendMessage']),
        RESULTS_QUEUE_URL: queueAccess(role, storage.results, ['SendMessage']),
        UPLOADS_BUCKET: bucketAccess(role, uploads, {
          // Every read names its version. A HEAD, which images get, may need the other right as well.
          [REQUESTS]: ['GetObjectVersion'],
          [IMAGES]: ['GetObject', 'GetObjectVersion'],
          [REPORTS]: ['PutObject'],
        }),
        FEEDER_SOURCE: eventBusAccess(role, sourceOf(stage)),
        CALLS_PER_SECOND: String(callsPerSecondOf(settings)),
        FILES_KEPT_DAYS: String(settings.uploadsExpireAfterDays),
        ...budgetVariables(settings),
      }),
    });
    const target = this.rollout.aliasOf('upload-trigger', trigger);
    const object = {
      bucket: { name: [uploads.bucketName] },
      // Not just where it starts work: whoever puts a file under Requests/ or /requests/ is told.
      object: { key: [{ 'anything-but': { prefix: REPORTS } }] },
    };
    const uploaded = new EventRule(this, 'Uploaded', {
      description: 'Somebody put an object, or found one: everything in the bucket but the reports of this service',
      when: {
        source: ['aws.s3', sourceOf(stage)],
        detailType: ['Object Created', OBJECT_FOUND],
        detail: object,
      },
      target,
      failedEvents,
    });
    return { trigger, rule: uploaded };
  }

  private addFeeder({ stage, settings, storage }: ServiceStackProps): IFunction {
    const { uploads } = storage;
    const { function: feeder } = new NodeFunction(this, 'BatchFeeder', {
      entry: 'batch-feeder',
      description: 'Sends the lines of batches to the request queue as it empties, and follows them to their end',
      timeout: FEEDER_TIMEOUT,
      // One at work, and one that waits for its end.
      concurrency: settings.uploadConcurrency === null ? null : 2,
      settings,
      failedEvents: this.failedRuns,
      variables: (role): FeederVariables => ({
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        LEDGER_TABLE: tableAccess(role, storage.ledger, {
          items: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
          query: [BY_IMAGE, BY_WORK],
          keys: ['feeder', 'batch:', 'upload:', 'budget:', 'pause', CALLBACKS],
        }),
        REQUESTS_QUEUE_URL: queueAccess(role, storage.requests.queue, ['SendMessage', 'GetQueueAttributes']),
        ...publishing(role, storage),
        UPLOADS_BUCKET: bucketAccess(role, uploads, { [REQUESTS]: ['GetObjectVersion'], [REPORTS]: ['PutObject'] }),
        BULK_DEPTH: String(bulkDepth(callsPerSecondOf(settings))),
        ...budgetVariables(settings),
      }),
    });
    const target = this.rollout.aliasOf('batch-feeder', feeder);
    new EventRule(this, 'BatchWaiting', {
      description: 'There is a new batch, or one goes on',
      when: { source: [sourceOf(stage)], detailType: ['Batch Waiting'] },
      target,
      failedEvents: this.failedRuns,
    });
    new EventRule(this, 'EachMinute', {
      description: 'Batches go on, and their lines are counted',
      when: Schedule.rate(Duration.minutes(1)),
      target,
      failedEvents: this.failedRuns,
    });
    return feeder;
  }

  private addCallbacks(props: ServiceStackProps): IFunction {
    const delivery = addCallbackDelivery(this, props);
    new QueueSource(this, 'Callbacks', {
      queue: props.storage.callbacks.queue,
      target: delivery,
      alias: this.rollout.aliasOf('callback-delivery', delivery),
      // What the workers bring about in a second is told in about a second.
      maxConcurrency: props.settings.workerConcurrency,
    });
    return delivery;
  }

  private addApi({ stage, settings, storage, version }: ServiceStackProps, webhook: LambdaFunction) {
    const sessionSecret = settings.console === 'off' ? undefined : addSessionSecret(this);
    const common = { stage, settings, storage, sessionSecret };
    const { function: target } = new NodeFunction(this, 'ApiHandler', {
      entry: 'reprocess-api',
      description: 'Takes reprocess requests over HTTP, queues them and answers with their outcome',
      timeout: API_TIMEOUT,
      // It waits for other parts, and does little itself.
      memory: 256,
      concurrency: settings.apiConcurrency,
      settings,
      variables: (role): ApiVariables => ({
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        LEDGER_TABLE: tableAccess(role, storage.ledger, {
          items: ['GetItem', 'PutItem'],
          query: [BY_IMAGE, BY_OWNER],
          // An operator pauses the account, and what a partner has used of its limits is counted.
          updates: ['pause', `${CALLS}*`],
        }),
        REQUESTS_QUEUE_URL: queueAccess(role, storage.requests.queue, ['SendMessage', 'GetQueueAttributes']),
        DEAD_LETTERS_QUEUE_URL: queueAccess(role, storage.requests.deadLetters, ['GetQueueAttributes']),
        VERSION: version,
        ...callerVariables(role, common),
        MAX_QUEUE_DEPTH: String(settings.maxQueueDepth),
        ...budgetVariables(settings),
        ...partnerLimitsVariables(settings),
      }),
    });
    const handler = this.rollout.aliasOf('reprocess-api', onlyByHttp(target));
    const batches = onlyByHttp(addBatchApi(this, common));
    const orders = onlyByHttp(addOrderApi(this, common));
    const callbacks = onlyByHttp(addCallbackApi(this, common));
    const page = sessionSecret && onlyByHttp(addConsole(this, { ...common, sessionSecret }));
    const api = new PartnerApi(this, 'Api', {
      handler,
      batches: this.rollout.aliasOf('batch-api', batches),
      orders: this.rollout.aliasOf('order-api', orders),
      callbacks: this.rollout.aliasOf('callback-api', callbacks),
      console: page && this.rollout.aliasOf('console', page),
      webhook: this.rollout.aliasOf('autoenhance-webhook', webhook),
      domainName: storage.apiDomain?.domainName,
      settings,
    });
    new CfnOutput(this, 'ApiUrl', { value: api.url });
    new CfnOutput(this, 'WebhookUrl', { value: api.webhookUrl });
    if (page !== undefined) new CfnOutput(this, 'ConsoleUrl', { value: `${api.url}/console/` });
    return { handler: target, batches, orders, callbacks, page, api: api.api, throttled: api.throttled };
  }
}

function onlyByHttp(target: LambdaFunction): LambdaFunction {
  Validations.of(target).acknowledge({
    id: 'Serverless-LambdaDLQ',
    reason: 'Only the HTTP API invokes it, which waits for its response.',
  });
  return target;
}

/** Where outcomes, and what became of images and batches, are told. */
const publishing = (role: IRole, { results, callbacks }: StorageStack) => ({
  RESULTS_QUEUE_URL: queueAccess(role, results, ['SendMessage']),
  CALLBACKS_QUEUE_URL: queueAccess(role, callbacks.queue, ['SendMessage']),
});
