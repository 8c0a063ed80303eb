import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildApp } from 'fauxqs';
import { PersistenceManager } from '../node_modules/fauxqs/dist/persistence.js';
import { SnsStore } from '../node_modules/fauxqs/dist/sns/snsStore.js';
import { type SqsQueue, SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { INVALID_MESSAGE_BODY_CHAR } from '../node_modules/fauxqs/dist/sqs/sqsTypes.js';
import { type Guard, OPEN } from './guard.ts';
import { claimPort, HOST } from './ports.ts';
import { FifoOrderQueue, SCOPE_SEPARATOR } from './queues/fifo-order.ts';
import { guardApp } from './queues/guard-app.ts';
import { type CreatedObject, serveVersions, VersionedStore } from './queues/versioned-store.ts';
import type { QueuePlan } from './service-plan.ts';

export interface Queues {
  /** Where the SDK finds SQS, and S3: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Makes the queues that are not there yet, and gives all of them the attributes of the plan. */
  create(queues: readonly QueuePlan[]): void;
  /** Tells of every message that is put into the queue, without taking it out. */
  watch(name: string, listener: (body: string) => void): void;
  /** Makes everything in flight visible, as if its time had run out. */
  endVisibility(name: string): void;
  /**
   * From now on no receive waits for messages, and those that wait are answered. Stopping needs it: an aborted receive
   * may swallow messages.
   */
  endPolls(): void;
  /** Makes the buckets that are not there yet, and tells of every object that is put into one. */
  createBuckets(names: readonly string[], onCreated: (object: CreatedObject) => void): void;
  close(): Promise<void>;
}

// fauxqs refuses every character beyond the first plane (an emoji), which SQS takes (API reference, SendMessage).
const SENDABLE = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
Object.assign(INVALID_MESSAGE_BODY_CHAR, { test: (text: string) => !SENDABLE.test(text) });

export interface QueuesOptions {
  /** 0: any that is free. */
  readonly port?: number;
  /** A directory that keeps queues and messages across restarts. */
  readonly keep?: string | undefined;
  /** Decides who may do what; without it everybody may do everything. */
  readonly guard?: Guard;
}

/**
 * A stand-in for SQS: fauxqs, which speaks the real protocol, with repairs (queues/fifo-order.ts and the hooks below).
 * It does not know retention, and takes any receipt handle.
 * @throws PortInUse
 */
export async function startQueues({ port = 0, keep, guard = OPEN }: QueuesOptions = {}): Promise<Queues> {
  const store = new AdoptingStore();
  const stores = { sqsStore: store, snsStore: new SnsStore(), s3Store: new VersionedStore() };
  // No host name of its own: it gives out queue URLs under the address by which it was called.
  store.host = '';
  const app = buildApp({ logger: false, stores });
  guardApp(app, guard);
  app.addHook('preHandler', async ({ body }) => scopeDeduplication(store, body));
  app.addHook('onSend', async ({ raw, body }, _reply, payload) => {
    if (raw.socket.destroyed) giveBack(store, body, payload);
  });
  serveVersions(app);
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
        // One that was kept may have been made under another port.
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
      // What was put last is told of one turn later.
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

/** First loaded, then written through: in the other order, loading would overwrite what it loads. */
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
 * With `DeduplicationScope: messageGroup`, the same deduplication id in two groups is two messages. fauxqs looks at
 * the id alone, so it gets the group within it, and the queue takes it out again.
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

/** The receiver of these messages went away while it waited: fauxqs would hide them all the same. */
function giveBack(store: SqsStore, body: unknown, payload: unknown): void {
  const { QueueUrl } = (body ?? {}) as SendBody;
  const queue = QueueUrl === undefined ? undefined : store.getQueue(QueueUrl);
  if (!(queue instanceof FifoOrderQueue) || typeof payload !== 'string') return;
  const { Messages = [] } = JSON.parse(payload) as {
    readonly Messages?: readonly { readonly ReceiptHandle: string }[];
  };
  for (const { ReceiptHandle } of Messages.toReversed()) queue.giveBack(ReceiptHandle);
}
