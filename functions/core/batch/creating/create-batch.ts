import type { Clock, Limits } from '../../ports.ts';
import { type Batch, type BatchCheck, type BatchFacts, type BatchSource, batchIdOf, newBatch } from '../batch.ts';
import type { CheckFile } from '../check/check-file.ts';
import { inMemoryStore } from '../check/in-memory-store.ts';
import type { BatchLedger } from '../ports.ts';
import type { Pace } from '../viewing/pace.ts';
import { type WakeFeederParts, wakeFeeder } from '../wake-feeder.ts';
import { type RequestFiles, type RequestFormat, requestKeyOf } from './request-files.ts';

/** What makes a batch, with its requests at hand. */
export interface NewBatch {
  readonly batchId: string;
  readonly name: string;
  readonly source: BatchSource;
  readonly partner?: string;
  readonly retryOf?: string;
  readonly format: RequestFormat;
  /** The request file. */
  readonly content: Uint8Array;
  /** SHA-256 of what the caller handed over: tells a repeated call from another one under the same id. */
  readonly fingerprint: string;
}

/** A batch without its requests: they are put into the bucket later. */
export type AnnouncedBatch = Omit<NewBatch, 'content'>;

export type CreatedBatch =
  | { readonly kind: 'created'; readonly batch: Batch; readonly pace?: Pace }
  /** The same was handed over before; nothing new is sent. */
  | { readonly kind: 'repeated'; readonly batch: Batch }
  /** The id stands for other content. */
  | { readonly kind: 'reused' }
  /** Nothing of it can be sent, and nothing was stored. */
  | { readonly kind: 'refused'; readonly check: BatchCheck };

export interface CreateBatchParts extends WakeFeederParts {
  readonly batches: Pick<BatchLedger, 'create' | 'find'>;
  readonly files: RequestFiles;
  readonly checkFile: CheckFile;
  /** Counts a partner's batch. @throws LimitReached */
  readonly admit: (partner: string, limits: Limits) => Promise<void>;
  readonly bucket: string;
  readonly clock: Pick<Clock, 'now'>;
}

export interface CreateBatch {
  /** Checks it, and sends nothing and stores nothing. */
  check(wanted: NewBatch, limits: Limits): Promise<{ readonly check: BatchCheck; readonly pace?: Pace }>;
  /** @throws LimitReached, and DependencyUnavailable when it may not be created; the same call again completes it */
  create(wanted: NewBatch, limits: Limits): Promise<CreatedBatch>;
  /** Creates a batch whose file is still to be uploaded. Its check begins when it is. @throws LimitReached */
  announce(wanted: AnnouncedBatch, limits: Limits): Promise<Exclude<CreatedBatch, { readonly kind: 'refused' }>>;
  /** The batch that a call made before, if it is a repetition. */
  standing(wanted: Pick<NewBatch, 'batchId' | 'fingerprint'>, limits: Limits): Promise<Standing | undefined>;
}

export type Standing = Extract<CreatedBatch, { readonly kind: 'repeated' | 'reused' }>;

/**
 * One way for every batch of the API: check, file, item, feeder. What a crash leaves behind, step by step:
 * - before the file: nothing. The call has failed, and the same call again begins anew.
 * - after the file: an object in a folder of its own. The upload function hears of it, finds no batch and registers it under
 *   the id in its key. Should the same call come again, it puts the same content again and finds that batch: it is sent once.
 * - after the item: the whole batch. The feeder looks for open batches each minute anyway, and the same call again finds it.
 */
export function createCreateBatch(parts: CreateBatchParts): CreateBatch {
  const { batches, files, checkFile, admit, bucket, clock } = parts;

  function check(wanted: NewBatch, limits: Limits) {
    const upload = { bucket, key: keyOf(wanted), version: wanted.batchId };
    return checkFile(upload, limits, { source: inMemoryStore(wanted.content) });
  }

  async function standing(wanted: Pick<NewBatch, 'batchId' | 'fingerprint'>, limits: Limits) {
    const batch = await batches.find(wanted.batchId, limits);
    return batch && standingOf(batch, wanted);
  }

  async function create(wanted: NewBatch, limits: Limits): Promise<CreatedBatch> {
    const known = await standing(wanted, limits);
    if (known !== undefined) return known;
    const { check: found, pace } = await check(wanted, limits);
    if (found.refusal !== undefined) return { kind: 'refused', check: found };
    if (wanted.partner !== undefined) await admit(wanted.partner, limits);
    const file = await files.put(keyOf(wanted), wanted.content, limits);
    const batch = await batches.create(newBatch({ ...factsOf(wanted, file, clock.now()), check: found }), limits);
    // Another call with the same id was faster, and its file is the one that is sent.
    if (batch.file.version !== file.version) return standingOf(batch, wanted);
    await wakeFeeder(parts, batch.batchId, limits);
    return { kind: 'created', batch, ...(pace && { pace }) };
  }

  async function announce(wanted: AnnouncedBatch, limits: Limits) {
    const known = await standing(wanted, limits);
    if (known !== undefined) return known;
    if (wanted.partner !== undefined) await admit(wanted.partner, limits);
    const batch = await batches.create(newBatch(factsOf(wanted, { bucket, key: keyOf(wanted) }, clock.now())), limits);
    return batch.fingerprint === wanted.fingerprint ? ({ kind: 'created', batch } as const) : standingOf(batch, wanted);
  }

  return { check, create, announce, standing };
}

/** A batch that the upload function registered from a file alone has no fingerprint: its id says that it is the same. */
function standingOf(batch: Batch, { fingerprint }: Pick<NewBatch, 'fingerprint'>): Standing {
  const isSame = batch.fingerprint === undefined || batch.fingerprint === fingerprint;
  return isSame ? { kind: 'repeated', batch } : { kind: 'reused' };
}

/** What a caller handed over, for the batch's id. */
interface HandedOver {
  readonly owner: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly name: string;
  readonly fingerprint: string;
}

/**
 * The same `Idempotency-Key` of the same owner is the same batch; without one, the same content under the same name. So a second
 * click sends nothing, and to send it again on purpose takes another name or a key.
 */
export function batchIdFor({ owner = '', idempotencyKey, name, fingerprint }: HandedOver): string {
  if (idempotencyKey !== undefined) return batchIdOf('key', owner, idempotencyKey);
  return batchIdOf('content', owner, name, fingerprint);
}

const keyOf = (wanted: AnnouncedBatch) => requestKeyOf(wanted, wanted.name, wanted.format);

function factsOf(wanted: AnnouncedBatch, file: Batch['file'], createdAt: number): BatchFacts {
  const { batchId, name, source, partner, retryOf, fingerprint } = wanted;
  const optional = { ...(partner !== undefined && { partner }), ...(retryOf !== undefined && { retryOf }) };
  return { batchId, name, source, file, fingerprint, createdAt, ...optional };
}
