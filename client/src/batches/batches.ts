import type { Batch, CheckedBatch, HandedBatch, SteeredBatch } from '../contract.ts';
import { bodyOf, type Call } from '../http/call.ts';
import type { CallOptions, Send } from '../http/send.ts';
import { createListing, type ListOf, type ListOptions } from '../listing.ts';
import { type PollOptions, type PollRuntime, poll } from '../poll.ts';
import { type BatchInput, type BatchOptions, handOver } from './hand-over.ts';

type All = 'GET /v3/batches';
const ONE = 'GET /v3/batches/{batch_id}';
const LINES = `${ONE}/requests` as const;
const STEER = 'POST /v3/batches/{batch_id}';

export interface Batches {
  /** Hands a batch over, whose lines are then sent as the daily limit allows. The same under the same name, or under the same key, is one batch. */
  create(input: BatchInput, options?: BatchOptions): Promise<HandedBatch>;
  /** What would become of a batch. Nothing is sent. */
  check(input: BatchInput, options?: BatchOptions): Promise<CheckedBatch>;
  get(batchId: string, options?: CallOptions): Promise<Batch>;
  list(options?: ListOptions<All>): ListOf<All>;
  /** Its lines, in the order of its file. */
  requests(batchId: string, options?: ListOptions<typeof LINES>): ListOf<typeof LINES>;
  /** Each change of it until all of its lines have ended. */
  watch(batchId: string, options?: PollOptions): AsyncGenerator<Batch, void>;
  /** The rows as they came, with what became of each. The body is read as a stream. */
  results(batchId: string, options?: CallOptions): Promise<Response>;
  /** Sends its failed lines again, as one new batch however often it is called. To send those again that fail in it, retry that batch. */
  retry(batchId: string, options?: CallOptions): Promise<HandedBatch>;
  pause(batchId: string, options?: CallOptions): Promise<SteeredBatch>;
  resume(batchId: string, options?: CallOptions): Promise<SteeredBatch>;
  /** Sends no more of its lines. */
  cancel(batchId: string, options?: CallOptions): Promise<SteeredBatch>;
}

export function createBatches(call: Call, send: Send, runtime: PollRuntime): Batches {
  const get = bodyOf(call, ONE);
  return {
    get,
    create: (input, options) => handOver(call, send, input, options) as Promise<HandedBatch>,
    check: (input, options) => handOver(call, send, input, options, { dry_run: true }) as Promise<CheckedBatch>,
    list: (options) => createListing(call, 'GET /v3/batches', [], options),
    requests: (id, options) => createListing(call, LINES, [id], options),
    watch: (id, options) => poll(runtime, (each) => get(id, each), hasEnded, options),
    async results(id, options = {}) {
      const response = await call(`${ONE}/results`, [id], options, asItIs);
      const url = response.headers.get('location');
      // A URL of its own, which must not get the API key.
      return url ? send({ ...options, method: 'GET', url, headers: new Headers() }, asItIs) : response;
    },
    retry: bodyOf(call, `${STEER}/retry`, { costs: true }),
    pause: bodyOf(call, `${STEER}/pause`),
    resume: bodyOf(call, `${STEER}/resume`),
    cancel: bodyOf(call, `${STEER}/cancel`),
  };
}

const asItIs = async (response: Response) => response;
const hasEnded = ({ finished_at, state }: Batch) => !!finished_at || state === 'refused';
