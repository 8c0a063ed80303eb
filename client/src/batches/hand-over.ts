import type { CheckedBatch, HandedBatch, OrderReprocess, Preferences } from '../contract.ts';
import { bodyOf, type Call } from '../http/call.ts';
import { type CallOptions, type Send, UPLOAD_MS } from '../http/send.ts';
import { ReprocessError } from '../reprocess-error.ts';

/** One request of a batch, as a line of a request file has it. */
export interface BatchRow {
  readonly image_id: string;
  readonly preferences: Preferences;
  readonly not_after?: string;
  readonly api_version?: string;
}

/**
 * What a batch can be made of: a request file (CSV, NDJSON or JSON; a `Blob` has to be named), rows, the same for many images,
 * or an order.
 */
export type BatchInput =
  | Blob
  | readonly BatchRow[]
  | { readonly imageIds: readonly string[]; readonly preferences: Preferences }
  | ({ readonly orderId: string; readonly preferences: Preferences } & Pick<OrderReprocess, 'only'>);

export interface BatchOptions extends CallOptions {
  /** For people, and for a file: its extension says what it is. */
  readonly name?: string | undefined;
  /** The same key is the same batch. Without one, the same content under the same name is. */
  readonly idempotencyKey?: string | undefined;
}

const CREATE = 'POST /v3/batches';

/** Lambda takes calls of 6 MB, and the Base64 of a file takes its share. */
const MOST_BYTES = 4_000_000;
/** A check cannot be uploaded. Beyond this, the Base64 of a file is more than Lambda takes. */
const MOST_CHECKED_BYTES = 4_500_000;

/** Hands a batch over; a long file by a URL of its own. @param query with `dry_run`, nothing is sent */
export async function handOver(
  call: Call,
  send: Send,
  input: BatchInput,
  { name, ...options }: BatchOptions = {},
  query: { readonly dry_run?: true } = {},
): Promise<HandedBatch | CheckedBatch> {
  const given = { ...options, costs: !query.dry_run };
  if ('orderId' in input) {
    const { orderId, ...body } = input;
    const route = 'POST /v3/orders/{order_id}/reprocess';
    return bodyOf(call, route, { ...given, query: { ...query, name }, body })(orderId);
  }
  const rows = input instanceof Blob ? undefined : rowsOf(input);
  const file: Blob & { readonly name?: string } = rows ? fileOf(rows) : (input as Blob);
  // Bun has the whole path here.
  const fileName = file.name?.split(/[/\\]/).pop();
  const label = name ?? (rows ? countText(rows.length) : fileName);
  if (query.dry_run || file.size <= MOST_BYTES) {
    if (file.size > MOST_CHECKED_BYTES) {
      const detail = 'a check takes 4.5 MB at most: check a part of it';
      throw new ReprocessError({ route: CREATE, code: 'too_large', detail });
    }
    return bodyOf(call, CREATE, { ...given, query: { ...query, name: label }, body: file })('');
  }
  const idempotencyKey = options.idempotencyKey ?? (await fingerprintOf(file, label));
  const body = { upload: { file_name: `${fileName ?? name}` }, ...(label && { name: label }) };
  const batch = (await bodyOf(call, CREATE, { ...given, idempotencyKey, body })('')) as HandedBatch;
  const { url } = batch.upload ?? {};
  const put = { ...given, timeoutMs: given.timeoutMs ?? UPLOAD_MS, method: 'PUT', headers: new Headers(), body: file };
  if (url) await send({ ...put, url }, async () => {});
  return batch;
}

function rowsOf(input: Exclude<BatchInput, Blob | { readonly orderId: string }>): readonly BatchRow[] {
  if (!('imageIds' in input)) return input;
  return input.imageIds.map((image_id) => ({ image_id, preferences: input.preferences }));
}

/** One request a line. */
function fileOf(rows: readonly BatchRow[]): File {
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  return new File(lines, 'requests.ndjson', { type: 'application/x-ndjson' });
}

const countText = (count: number) => `${count} image${count === 1 ? '' : 's'}`;

/** The same for the same content under the same name, so that a file that is handed over twice is one batch. */
async function fingerprintOf(file: Blob, name = ''): Promise<string> {
  let hash: ArrayBuffer | string = name;
  for (let at = 0; at < file.size; at += MOST_BYTES) {
    const part = new Blob([hash, file.slice(at, at + MOST_BYTES)]);
    hash = await crypto.subtle.digest('SHA-256', await part.arrayBuffer());
  }
  return btoa(String.fromCharCode(...new Uint8Array(hash as ArrayBuffer)));
}
