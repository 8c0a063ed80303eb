import type { AsynchronousInvocation } from './asynchronous-invocation.ts';
import type { EventBus } from './event-bus.ts';
import type { CreatedObject } from './queues/versioned-store.ts';
import type { Queues } from './queues.ts';
import type { ServicePlan } from './service-plan.ts';

export interface UploadsParts {
  readonly plan: ServicePlan;
  readonly queues: Queues;
  readonly events: EventBus;
  readonly invocation: AsynchronousInvocation;
  /** Called with each object too. */
  readonly onCreated: (object: CreatedObject) => void;
}

/** Connects the bucket's events to the event bus, and the bus's rules to their functions. */
export function connectUploads({ plan, queues, events, invocation, onCreated }: UploadsParts): void {
  events.serve({ rules: plan.rules, ...invocation });
  const buckets = plan.buckets.map(({ name }) => name);
  queues.createBuckets(buckets, (created) => {
    onCreated(created);
    const { bucket, key, version, size, etag } = created;
    const object = { key, size, etag, 'version-id': version, sequencer: Date.now().toString(16) };
    const detail = { version: '0', bucket: { name: bucket }, object, reason: 'PutObject' };
    events.put({ source: 'aws.s3', 'detail-type': 'Object Created', resources: [`arn:aws:s3:::${bucket}`], detail });
  });
}
