import { type Call, createCallLog } from './calls.ts';
import { control } from './control.ts';
import { createDailyLimit, DAY_MS, type DailyLimit } from './daily-limit.ts';
import { createEndpoint } from './endpoint.ts';
import { createFaultPlan, type Fault, type PlannedFault, seededRandom } from './faults.ts';
import { createCallHandler } from './handle-call.ts';
import { createImages, type ImageRecord, type NewImage } from './images.ts';
import { openKept } from './kept-records.ts';
import { KNOWN_IMAGES, KNOWN_ORDER } from './known-images.ts';
import { listen, textOf } from './listen.ts';
import { write } from './misbehave.ts';
import { createOrders, type Orders } from './orders.ts';
import { createWebhook, type Webhook } from './webhook.ts';

export interface SandboxOptions {
  /** The key that is accepted. */
  readonly apiKey: string;
  /** On 127.0.0.1. 0, the default, for any free port. */
  readonly port?: number;
  /** A directory that keeps the images across restarts; without one they end with the sandbox. */
  readonly keep?: string | undefined;
  /** In addition to {@link KNOWN_IMAGES}. */
  readonly images?: readonly NewImage[];
  /** Whether every image id is known (default: no, an unknown one gives a 404). */
  readonly acceptAnyImage?: boolean;
  /** From `processing` to `processed`. */
  readonly processingMs?: number;
  /** Enhancements a window; null for none. A call beyond that gets a 200, and its image ends in `error`. */
  readonly dailyLimit?: number | null;
  /** Of the daily limit: a UTC day, unless it is shorter. */
  readonly limitWindowMs?: number;
  /** Seed of the random numbers for a fault's `share`. */
  readonly seed?: number;
  /** Epoch ms. */
  readonly now?: () => number;
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  calls(): readonly Call[];
  clearCalls(): void;
  addImage(image: NewImage): void;
  /** An image's current record. */
  image(id: string): ImageRecord | undefined;
  readonly limit: DailyLimit;
  readonly orders: Orders;
  fail(fault: Fault): PlannedFault;
  /** Removes one planned fault, or all. */
  heal(id?: number): void;
  setApiKey(key: string): void;
  /** Makes no call until its URL is set. */
  readonly webhook: Webhook;
  /** Closes every connection, including hanging ones. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for the Autoenhance endpoint, with planned faults.
 * @throws UnreadableFile when the stored images cannot be read
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const {
    port = 0,
    processingMs = 2_000,
    dailyLimit = 500,
    limitWindowMs = DAY_MS,
    seed = 1,
    now = Date.now,
  } = options;
  let { apiKey } = options;
  const setApiKey = (key: string) => {
    apiKey = key;
  };
  const closing = new AbortController();
  const kept = openKept(options.keep);
  const limit = createDailyLimit({ now, limit: dailyLimit, windowMs: limitWindowMs });
  const images = createImages({ now, processingMs, limit, kept: kept.images });
  const orders = createOrders({ images, now, kept: kept.orders });
  const faults = createFaultPlan(seededRandom(seed));
  const calls = createCallLog();
  const endpoint = createEndpoint({ images, orders, acceptAnyImage: options.acceptAnyImage ?? false });
  const isKey = (key: string) => key === apiKey;
  const { isProcessing: isOrderProcessing } = orders;
  const webhook = createWebhook({ read: images.read, isOrderProcessing, processingMs, now, closing: closing.signal });
  const onAct = (imageId: string) => void webhook.expect(imageId);
  const handleCall = createCallHandler({ endpoint, faults, calls, isKey, onAct, now, closing: closing.signal });
  for (const image of [...Object.values(KNOWN_IMAGES), ...(options.images ?? [])]) {
    if (!images.has(image.id)) images.add(image);
  }
  if (orders.read(KNOWN_ORDER.id) === undefined) orders.add(KNOWN_ORDER);

  const server = await listen(port, async (request, response, connection) => {
    const { method = '', url = '/' } = request;
    const [path = url, search] = url.split('?', 2);
    const body = await textOf(request);
    response.setHeader('server', 'autoenhance-sandbox');
    if (path !== '/' && !path.startsWith('/__sandbox')) {
      return handleCall({ request, path, query: new URLSearchParams(search), body, connection }, response);
    }
    write(response, await control(method, path, body, { images, orders, limit, faults, calls, webhook, setApiKey }));
  });

  return {
    url: server.url,
    calls: calls.list,
    clearCalls: calls.clear,
    addImage: images.add,
    image: images.read,
    limit,
    orders,
    fail: faults.add,
    heal: faults.remove,
    setApiKey,
    webhook,
    async close() {
      closing.abort();
      await server.close();
      kept.close();
    },
  };
}
