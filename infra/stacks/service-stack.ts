import { CfnOutput, CrossStackReferences, ReferenceStrength, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ApiVariables, WorkerVariables } from '../../functions/environment.ts';
import { queueAccess, secretAccess, tableAccess } from '../constructs/access.ts';
import { BY_IMAGE } from '../constructs/ledger-table.ts';
import { NodeFunction } from '../constructs/node-function.ts';
import { PartnerApi } from '../constructs/partner-api.ts';
import { API_TIMEOUT, BATCH_SIZE, WORKER_TIMEOUT } from '../limits.ts';
import type { StageSettings } from '../stages.ts';
import type { StorageStack } from './storage-stack.ts';

export interface ServiceStackProps extends StackProps {
  readonly stage: string;
  readonly settings: StageSettings;
  readonly storage: StorageStack;
}

/** The functions and what calls them. It holds no data: it can be deleted and deployed again. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    // As imports of exports, so that CloudFormation refuses to delete or replace what is still used here.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);
    this.addWorker(props);
    this.addApi(props);
  }

  private addWorker({ stage, settings, storage }: ServiceStackProps): void {
    const worker = new NodeFunction(this, 'Worker', {
      entry: 'reprocess-worker',
      description: 'Calls Autoenhance for each queued request and publishes the outcome',
      timeout: WORKER_TIMEOUT,
      settings,
      variables: (role): WorkerVariables => ({
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        LEDGER_TABLE: tableAccess(role, storage.ledger, { items: ['GetItem', 'PutItem', 'UpdateItem'] }),
        REQUESTS_QUEUE_URL: queueAccess(role, storage.requests.queue, [
          'ReceiveMessage',
          'DeleteMessage',
          'ChangeMessageVisibility',
          'GetQueueAttributes',
        ]),
        RESULTS_QUEUE_URL: queueAccess(role, storage.results, ['SendMessage']),
        AUTOENHANCE_SECRET_ID: secretAccess(role, storage.autoenhanceKey),
        AUTOENHANCE_BASE_URL: settings.autoenhanceBaseUrl,
        AUTOENHANCE_API_VERSION: settings.autoenhanceApiVersion,
        RETRY_FOR_SECONDS: String(settings.retryFor),
        CALLS_PER_SECOND: String(settings.callsPerSecond),
      }),
    });
    const mapping = new EventSourceMapping(this, 'Requests', {
      target: worker.function,
      eventSourceArn: storage.requests.queue.queueArn,
      batchSize: BATCH_SIZE,
      maxConcurrency: settings.workerConcurrency,
      reportBatchItemFailures: true,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason:
        'A mapping of an SQS queue takes no destination: what cannot be handled goes to the queue’s dead letters.',
    });
    acknowledgeNoDeadLetters(
      worker,
      'Only the mapping invokes it, which waits for its answer; the queue has dead letters.',
    );
  }

  private addApi({ stage, settings, storage }: ServiceStackProps): void {
    const handler = new NodeFunction(this, 'ApiHandler', {
      entry: 'reprocess-api',
      description: 'Takes reprocess requests over HTTP, queues them and answers with their outcome',
      timeout: API_TIMEOUT,
      settings,
      variables: (role): ApiVariables => ({
        STAGE: stage,
        LOG_LEVEL: settings.logLevel,
        LEDGER_TABLE: tableAccess(role, storage.ledger, { items: ['GetItem', 'PutItem'], query: BY_IMAGE }),
        REQUESTS_QUEUE_URL: queueAccess(role, storage.requests.queue, ['SendMessage']),
        PARTNER_KEYS_SECRET_ID: secretAccess(role, storage.partnerKeys),
      }),
    });
    acknowledgeNoDeadLetters(handler, 'Only the HTTP API invokes it, which waits for its answer.');
    const api = new PartnerApi(this, 'Api', { handler: handler.function, settings });
    new CfnOutput(this, 'ApiUrl', { value: api.url });
  }
}

function acknowledgeNoDeadLetters({ function: invoked }: NodeFunction<never>, reason: string): void {
  Validations.of(invoked).acknowledge({ id: 'Serverless-LambdaDLQ', reason });
}
