import { type BodyOf, bodyOf, type Call } from '../http/call.ts';
import type { CallOptions, Runtime, Send } from '../http/send.ts';
import { createListing, type ListOf, type ListOptions } from '../listing.ts';
import { type PollOptions, poll } from '../poll.ts';
import { type BatchInput, type BatchOptions, handOver } from './hand-over.ts';

export type Batch = BodyOf<'GET /v3/batches/{batch_id}'>;
export type CreatedBatch = Exclude<BodyOf<'POST /v3/batches'>, { readonly dry_run: true }>;
export type CheckedBatch = Extract<BodyOf<'POST /v3/batches'>, { readonly dry_run: true }>;

export interface Batches {
  /** Hands a batch over. The same under the same name, or under the same key, is one batch. */
  create(input: BatchInput, options?: BatchOptions): Promise<CreatedBatch>;
  /** What would become of a batch. Nothing is sent. */
  check(input: BatchInput, options?: BatchOptions): Promise<CheckedBatch>;
  get(batchId: string, options?: CallOptions): Promise<Batch>;
  list(options?: ListOptions<'GET /v3/batches'>): ListOf<'GET /v3/batches'>;
  /** Its lines. */
  requests(
    batchId: string,
    options?: ListOptions<'GET /v3/batches/{batch_id}/requests'>,
  ): ListOf<'GET /v3/batches/{batch_id}/requests'>;
  /** Each change of it until all of its lines have ended. */
  watch(batchId: string, options?: PollOptions): AsyncGenerator<Batch, void>;
  /** The rows as they came, with what became of each. The body is read as a stream. */
  results(batchId: string, options?: CallOptions): Promise<Response>;
  /** Sends its failed lines again, as a new batch. */
  retry(batchId: string, options?: Omit<BatchOptions, 'name'>): Promise<CreatedBatch>;
  pause(batchId: string, options?: CallOptions): Promise<Batch>;
  resume(batchId: string, options?: CallOptions): Promise<Batch>;
  /** Sends no more of its lines. */
  cancel(batchId: string, options?: CallOptions): Promise<Batch>;
}

const ONE = 'GET /v3/batches/{batch_id}';

export function createBatches(call: Call, send: Send, runtime: Runtime): Batches {
  const get = bodyOf(call, ONE);
  return {
    get,
    create: (input, options) => handOver(call, send, input, options) as Promise<CreatedBatch>,
    check: (input, options) => handOver(call, send, input, options, { dry_run: true }) as Promise<CheckedBatch>,
    list: (options) => createListing(call, 'GET /v3/batches', [], options),
    requests: (id, options) => createListing(call, `${ONE}/requests`, [id], options),
    watch: (id, options) => poll(runtime, (each) => get(id, each), hasEnded, options),
    async results(id, options = {}) {
      const response = await call(`${ONE}/results`, [id], options, asItIs);
      const url = response.headers.get('location');
      // A URL of its own, which must not get the API key.
      return url ? send({ ...options, method: 'GET', url, headers: new Headers() }, asItIs) : response;
    },
    retry: bodyOf(call, 'POST /v3/batches/{batch_id}/retry', { costs: true }),
    pause: bodyOf(call, 'POST /v3/batches/{batch_id}/pause'),
    resume: bodyOf(call, 'POST /v3/batches/{batch_id}/resume'),
    cancel: bodyOf(call, 'POST /v3/batches/{batch_id}/cancel'),
  };
}

const asItIs = async (response: Response) => response;
const hasEnded = ({ finished_at, state }: Batch) => finished_at !== null || state === 'refused';
