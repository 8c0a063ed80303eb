import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildApp } from 'fauxqs';
import { PersistenceManager } from '../node_modules/fauxqs/dist/persistence.js';
import { SnsStore } from '../node_modules/fauxqs/dist/sns/snsStore.js';
import { type SqsQueue, SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { INVALID_MESSAGE_BODY_CHAR } from '../node_modules/fauxqs/dist/sqs/sqsTypes.js';
import { ALLOW_ALL, type Guard } from './guard.ts';
import { claimPort, HOST } from './ports.ts';
import { FifoOrderQueue, SCOPE_SEPARATOR } from './queues/fifo-order.ts';
import { guardApp } from './queues/guard-app.ts';
import { endSignedUrls } from './queues/signed-urls.ts';
import { type CreatedObject, serveVersions, VersionedStore } from './queues/versioned-store.ts';
import type { QueuePlan } from './service-plan.ts';

export interface Queues {
  /** The address of SQS and S3 for the SDK: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Creates missing queues, and sets the attributes of all of them. */
  create(queues: readonly QueuePlan[]): void;
  /** Calls the listener with every message that is sent to the queue. The message stays in the queue. */
  watch(name: string, listener: (body: string) => void): void;
  /** Makes all messages in flight visible, as if their visibility timeout had passed. */
  endVisibility(name: string): void;
  /**
   * Ends waiting receives, and lets no other wait. Needed for stopping, because an aborted receive may lose messages.
   */
  endPolls(): void;
  /** Creates missing buckets, and calls the listener with every object that is written. */
  createBuckets(names: readonly string[], onCreated: (object: CreatedObject) => void): void;
  close(): Promise<void>;
}

// fauxqs refuses characters beyond the first plane, such as emoji. SQS accepts them (API reference, SendMessage).
const SENDABLE = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
Object.assign(INVALID_MESSAGE_BODY_CHAR, { test: (text: string) => !SENDABLE.test(text) });

export interface QueuesOptions {
  /** 0 for any free port. */
  readonly port?: number;
  /** A directory that keeps queues and messages across restarts. */
  readonly keep?: string | undefined;
  /** Checks permissions; without it, everything is allowed. */
  readonly guard?: Guard;
}

/**
 * A stand-in for SQS: fauxqs, which has the real protocol, with corrections (queues/fifo-order.ts and the hooks below). It has
 * no retention, and accepts any receipt handle.
 * @throws PortInUse
 */
export async function startQueues({ port = 0, keep, guard = ALLOW_ALL }: QueuesOptions = {}): Promise<Queues> {
  const store = new AdoptingStore();
  const stores = { sqsStore: store, snsStore: new SnsStore(), s3Store: new VersionedStore() };
  // Without a host name, queue URLs have the address of the call.
  store.host = '';
  const app = buildApp({ logger: false, stores });
  // fauxqs parses forms for SNS, which nothing here calls. An object of that type is bytes as any other.
  app.removeContentTypeParser('application/x-www-form-urlencoded');
  guardApp(app, guard);
  app.addHook('preHandler', async ({ body }) => scopeDeduplication(store, body));
  app.addHook('onSend', async ({ raw, body }, _reply, payload) => {
    if (raw.socket.destroyed) returnMessages(store, body, payload);
  });
  serveVersions(app, stores.s3Store);
  endSignedUrls(app, Date.now);
  await claimPort('SQS', port, () => app.listen({ host: HOST, port }));
  const url = `http://${HOST}:${(app.server.address() as AddressInfo).port}`;
  const persistence = keep === undefined ? undefined : loadKept(keep, stores);

  const queueNamed = (name: string) => {
    const queue = store.getQueueByName(name);
    if (queue === undefined) throw new Error(`there is no queue ${name}`);
    return queue;
  };

  return {
    url,
    create(queues) {
      for (const plan of queues) {
        const queue = store.getQueueByArn(plan.arn) ?? store.createQueue(plan.name, plan.url, plan.arn);
        queue.setAttributes({ ...plan.attributes });
        // A stored queue may have the URL of another port.
        Object.assign(queue, { url: plan.url });
      }
    },
    watch(name, listener) {
      const queue = queueNamed(name);
      const enqueue = queue.enqueue.bind(queue);
      queue.enqueue = (message) => {
        enqueue(message);
        listener(message.body);
      };
    },
    endVisibility(name) {
      const queue = queueNamed(name);
      for (const handle of [...queue.inflightMessages.keys()]) queue.changeVisibility(handle, 0);
    },
    endPolls() {
      for (const queue of store.allQueues()) {
        queue.waitForMessages = async () => {};
        queue.cancelWaiters();
      }
    },
    createBuckets(names, onCreated) {
      for (const name of names) stores.s3Store.createBucket(name);
      stores.s3Store.onCreated = onCreated;
    },
    async close() {
      await app.close();
      // The last object's listener is called one turn later.
      await nextTurn();
      persistence?.close();
    },
  };
}

class AdoptingStore extends SqsStore {
  override createQueue(...definition: Parameters<SqsStore['createQueue']>): SqsQueue {
    const queue = super.createQueue(...definition);
    FifoOrderQueue.adopt(queue);
    return queue;
  }
}

interface Stores {
  readonly sqsStore: SqsStore;
  readonly snsStore: SnsStore;
  readonly s3Store: VersionedStore;
}

/** Loads before writing is turned on. In the other order, loading would overwrite the stored data. */
function loadKept(directory: string, { sqsStore, snsStore, s3Store }: Stores): PersistenceManager {
  const persistence = new PersistenceManager(directory);
  persistence.load(sqsStore, snsStore, s3Store);
  sqsStore.persistence = persistence;
  s3Store.persistence = persistence;
  for (const queue of sqsStore.allQueues()) {
    queue.persistence = persistence;
    if (queue instanceof FifoOrderQueue) queue.restoreOrder();
  }
  return persistence;
}

interface SendBody {
  readonly QueueUrl?: string;
  readonly Entries?: readonly SendEntry[];
}
interface SendEntry {
  readonly MessageGroupId?: string;
  MessageDeduplicationId?: string;
}

/**
 * With `DeduplicationScope: messageGroup`, equal deduplication ids in two groups are different messages. fauxqs compares only
 * the ids, so the group is added to the id here, and removed again by the queue.
 */
function scopeDeduplication(store: SqsStore, body: unknown): void {
  const { QueueUrl, Entries } = (body ?? {}) as SendBody;
  const queue = QueueUrl === undefined ? undefined : store.getQueue(QueueUrl);
  if (queue?.attributes.DeduplicationScope !== 'messageGroup') return;
  for (const entry of Entries ?? [body as SendEntry]) {
    if (entry.MessageDeduplicationId === undefined) continue;
    entry.MessageDeduplicationId = [entry.MessageGroupId, entry.MessageDeduplicationId].join(SCOPE_SEPARATOR);
  }
}

/** Returns messages whose receiver closed the connection while it waited. fauxqs would hide them. */
function returnMessages(store: SqsStore, body: unknown, payload: unknown): void {
  const { QueueUrl } = (body ?? {}) as SendBody;
  const queue = QueueUrl === undefined ? undefined : store.getQueue(QueueUrl);
  if (!(queue instanceof FifoOrderQueue) || typeof payload !== 'string') return;
  const { Messages = [] } = JSON.parse(payload) as {
    readonly Messages?: readonly { readonly ReceiptHandle: string }[];
  };
  for (const { ReceiptHandle } of Messages.toReversed()) queue.giveBack(ReceiptHandle);
}
