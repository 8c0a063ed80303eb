import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EventBus } from './event-bus.ts';
import { findOne } from './find-one.ts';
import type { LambdaFunction } from './lambda.ts';
import type { CreatedObject } from './queues/versioned-store.ts';
import type { Queues } from './queues.ts';
import type { ServicePlan } from './service-plan.ts';

export interface UploadsParts {
  readonly plan: ServicePlan;
  readonly queues: Queues;
  readonly events: EventBus;
  /** SQS as a function's role may use it. */
  readonly sqsAs: (functionName: string) => SQSClient;
  readonly functionNamed: (name: string) => LambdaFunction;
  /** Called with each object too. */
  readonly onCreated: (object: CreatedObject) => void;
}

/** Connects the bucket's events to the event bus, and the bus's rules to their functions. */
export function connectUploads({ plan, queues, events, sqsAs, functionNamed, onCreated }: UploadsParts): void {
  async function setAside(functionName: string, event: unknown): Promise<void> {
    const { failedEventsArn } = findOne(plan.functions, functionName);
    const queue = plan.queues.find(({ arn }) => arn === failedEventsArn);
    if (queue === undefined) return;
    // With the function's role, as in Lambda.
    await sqsAs(functionName).send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: JSON.stringify(event) }));
  }

  events.serve({ rules: plan.rules, invoke: (name, event) => functionNamed(name).invoke(event), setAside });
  const buckets = plan.buckets.map(({ name }) => name);
  queues.createBuckets(buckets, (created) => {
    onCreated(created);
    const { bucket, key, version, size, etag } = created;
    const object = { key, size, etag, 'version-id': version, sequencer: Date.now().toString(16) };
    const detail = { version: '0', bucket: { name: bucket }, object, reason: 'PutObject' };
    events.put({ source: 'aws.s3', 'detail-type': 'Object Created', resources: [`arn:aws:s3:::${bucket}`], detail });
  });
}
