import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ApiDomain } from '../constructs/api-domain.ts';
import { EmptySecret } from '../constructs/empty-secret.ts';
import { FailedEventsQueue } from '../constructs/failed-events-queue.ts';
import { FifoQueue } from '../constructs/fifo-queue.ts';
import { GeneratedSecret } from '../constructs/generated-secret.ts';
import { LedgerTable } from '../constructs/ledger-table.ts';
import { allowPrincipals, READ, SEND } from '../constructs/queue-resource-policy.ts';
import { QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import { removalPolicyOf } from '../constructs/removal-policy.ts';
import { UploadsBucket } from '../constructs/uploads-bucket.ts';
import { CALLBACK_TIMEOUT, visibilityTimeout, WORKER_TIMEOUT } from '../limits.ts';
import { queueName, secretName } from '../names.ts';
import type { StageSettings } from '../stages.ts';

export interface StorageStackProps extends StackProps {
  readonly stage: string;
  readonly settings: StageSettings;
}

/** What stays when the service is deployed anew: everything that holds data, and the API's own name. */
export class StorageStack extends Stack {
  readonly requests: QueueWithDeadLetters;
  readonly results: FifoQueue;
  readonly callbacks: QueueWithDeadLetters;
  readonly ledger: LedgerTable;
  readonly uploads: UploadsBucket;
  readonly failedUploads: FailedEventsQueue;
  readonly autoenhanceKey: EmptySecret;
  readonly partnerKeys: EmptySecret;
  readonly webhookToken: EmptySecret;
  readonly callbackKeys: GeneratedSecret;
  /** Where the stage has one. */
  readonly apiDomain: ApiDomain | undefined;

  constructor(scope: Construct, id: string, { stage, settings, ...props }: StorageStackProps) {
    super(scope, id, props);
    this.requests = new QueueWithDeadLetters(this, 'Requests', {
      name: queueName(stage, 'requests'),
      visibilityTimeout: Duration.seconds(visibilityTimeout(WORKER_TIMEOUT)),
      settings,
    });
    this.results = new FifoQueue(this, 'Results', { name: queueName(stage, 'results'), settings });
    Validations.of(this.results).acknowledge(
      ...['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'].map((id) => ({
        id,
        reason:
          'An outcome that its reader cannot take must stay in its place: dead letters would let later ones pass it.',
      })),
    );
    this.callbacks = new QueueWithDeadLetters(this, 'Callbacks', {
      name: queueName(stage, 'callbacks'),
      visibilityTimeout: Duration.seconds(visibilityTimeout(CALLBACK_TIMEOUT)),
      settings,
    });
    allowPrincipals(this.requests.queue, settings.requestSenders, SEND);
    allowPrincipals(this.results, settings.resultReaders, READ);
    this.ledger = new LedgerTable(this, 'Ledger', settings);
    this.uploads = new UploadsBucket(this, 'Uploads', settings);
    this.failedUploads = new FailedEventsQueue(this, 'FailedUploads', {
      name: queueName(stage, 'failed-uploads'),
      retention: settings.retention,
      removalPolicy: removalPolicyOf(settings),
    });
    Validations.of(this.failedUploads).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is where failed events go, of a function in another stack: the rule looks for it in this one.',
    });
    this.autoenhanceKey = new EmptySecret(this, 'AutoenhanceKey', {
      name: secretName(stage, 'autoenhance-key'),
      description: 'The API key that calls to Autoenhance.ai carry',
      keepsData: settings.keepsData,
      whyNotRotated: 'Autoenhance issues the key on its web site, and has no call that makes a new one.',
    });
    this.partnerKeys = new EmptySecret(this, 'PartnerKeys', {
      name: secretName(stage, 'partner-keys'),
      description: 'SHA-256 hashes of the keys that partners call the HTTP API with',
      keepsData: settings.keepsData,
      whyNotRotated: 'It holds hashes only; each partner changes its own key, the old and the new one side by side.',
    });
    this.webhookToken = new EmptySecret(this, 'WebhookToken', {
      name: secretName(stage, 'webhook-token'),
      description: 'The token that each call of the Autoenhance webhook carries',
      keepsData: settings.keepsData,
      whyNotRotated:
        'A person writes the token into the web application of Autoenhance, which has no call that changes it.',
    });
    this.callbackKeys = new GeneratedSecret(this, 'CallbackKeys', {
      name: secretName(stage, 'callback-keys'),
      description: 'The keys that the secrets which sign callbacks are derived from',
      keepsData: settings.keepsData,
      member: 'first',
      whyNotRotated:
        'Partners have what is derived from it: each rotates its own secret, the old and the new one side by side.',
    });
    this.apiDomain = settings.domain && new ApiDomain(this, 'ApiDomain', settings.domain);
    this.addOutputs();
  }

  private addOutputs(): void {
    const outputs = {
      RequestsQueueUrl: this.requests.queue.queueUrl,
      RequestsQueueArn: this.requests.queue.queueArn,
      DeadLettersQueueUrl: this.requests.deadLetters.queueUrl,
      DeadLettersQueueArn: this.requests.deadLetters.queueArn,
      ResultsQueueUrl: this.results.queueUrl,
      ResultsQueueArn: this.results.queueArn,
      CallbacksQueueUrl: this.callbacks.queue.queueUrl,
      CallbacksQueueArn: this.callbacks.queue.queueArn,
      CallbacksDeadLettersQueueUrl: this.callbacks.deadLetters.queueUrl,
      CallbacksDeadLettersQueueArn: this.callbacks.deadLetters.queueArn,
      FailedUploadsQueueUrl: this.failedUploads.queueUrl,
      FailedUploadsQueueArn: this.failedUploads.queueArn,
      LedgerTableName: this.ledger.tableName,
      UploadsBucketName: this.uploads.bucketName,
      AutoenhanceKeySecretName: this.autoenhanceKey.plainName,
      PartnerKeysSecretName: this.partnerKeys.plainName,
      WebhookTokenSecretName: this.webhookToken.plainName,
      CallbackKeysSecretName: this.callbackKeys.plainName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
