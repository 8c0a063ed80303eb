import type { Limits } from '../../ports.ts';
import type { BatchCheck } from '../batch.ts';
import type { ParseCsv, UploadStore } from '../ports.ts';
import { formatOf } from '../reading/file-names.ts';
import { UnreadableFile } from '../reading/file-text.ts';
import { createReadLines } from '../reading/read-lines.ts';
import type { Upload } from '../upload.ts';
import type { Pace } from '../viewing/pace.ts';
import { createDigestingStore, type DigestingStore } from './digest.ts';
import { createFindings, type Findings } from './findings.ts';
import { MAX_LOOKED_AT, type WaitingRequests } from './ports.ts';
import { emptyRefusal, imageWarnings, nothingLeftRefusal, unlikeIdWarnings } from './sentences.ts';

export interface CheckFileParts {
  /** Reads the file, and takes the list of its refused lines. */
  readonly store: Pick<UploadStore, 'read' | 'write'>;
  readonly parseCsv: ParseCsv;
  /** How long so many requests take, of which some may be for the same image; without it the batch has no pace, and is not refused for it. */
  readonly paceOf?: (requests: number, hasRepeats: boolean, limits: Limits) => Promise<Pace>;
  /** Which images have a request waiting; without it, none is looked up. */
  readonly waitingRequests?: WaitingRequests;
  /** The most that a file may hold; what one invocation can check, unless given. */
  readonly maxRequests?: number;
}

/** What a check does besides reading. */
export interface CheckOptions {
  /** What is read in place of the object: a body that is not in the bucket (yet). See `inMemoryStore`. */
  readonly source?: Pick<UploadStore, 'read'>;
  /** Where the list of all refused lines is written, in the upload's bucket; nowhere on a dry run. */
  readonly rejectedKey?: string;
  /** Called every few hundred lines: keeps a lease, for example. What it throws ends the check. */
  readonly keep?: () => Promise<void>;
}

export interface CheckedFile {
  readonly check: BatchCheck;
  /**
   * SHA-256 of the file's bytes, hexadecimal. Of a file that is refused by its beginning: of what was read and of its size,
   * which is the same for the same content.
   */
  readonly sha256: string;
  /** Lines that hold a request. */
  readonly accepted: number;
  /** How long they take. Absent when there is none or no pace was asked for. */
  readonly pace?: Pace;
}

/**
 * Reads a request file once, from its beginning to its end, and says what would become of it. A file that cannot be read is
 * refused, not thrown: `check.refusal` says why.
 * @throws UploadGone, UploadForbidden, DependencyUnavailable, and what `keep` throws
 */
export type CheckFile = (upload: Upload, limits: Limits, options?: CheckOptions) => Promise<CheckedFile>;

/** More lines take longer than a function may run. */
const MAX_REQUESTS = 10_000_000;
/** So much is read of a file that is refused for its name alone, to tell it from another file of that name. */
const BEGINNING_BYTES = 1024 * 1024;
/** Characters of the list of refused lines that are handed on at once. */
const PIECE = 1024 * 1024;

export function createCheckFile(parts: CheckFileParts): CheckFile {
  const { store, parseCsv, paceOf, waitingRequests, maxRequests = MAX_REQUESTS } = parts;
  return async (upload, limits, options = {}) => {
    const source = createDigestingStore(options.source ?? store);
    const findings = createFindings(MAX_LOOKED_AT);
    const refused = readAll(source, upload, findings, limits, options);
    const { rejectedKey } = options;
    const { problem, hasList } = await tryRead(() => writeList(refused, upload, rejectedKey, limits));
    if (source.size === undefined) await tryRead(() => source.read(upload, 0, BEGINNING_BYTES, limits));

    const { size = 0 } = source;
    const { total, rejected, first } = findings;
    const accepted = total - rejected;
    const refusal = problem ?? (accepted > 0 ? undefined : withoutRequest(upload, size, findings));
    const hasRepeats = findings.images.found.repeatedImages > 0;
    const pace = refusal === undefined ? await paceOf?.(accepted, hasRepeats, limits) : undefined;
    const waitingImages = refusal === undefined ? await lookUp(findings.images.sample, limits) : undefined;
    const images = { ...findings.images.found, ...(waitingImages !== undefined && { waitingImages }) };
    const why = refusal ?? pace?.refusal;
    const check: BatchCheck = {
      ...(why !== undefined && { refusal: why }),
      total,
      rejected,
      rejections: first,
      ...(hasList && rejectedKey !== undefined && { rejectedKey }),
      ...images,
      problems: [...(problem === undefined ? [] : [problem]), ...findings.problems],
      warnings: [...imageWarnings(images), ...unlikeIdWarnings(findings.unlikeIds.found), ...findings.warnings.texts()],
    };
    return { check, sha256: source.digest(), accepted, ...(pace !== undefined && { pace }) };
  };

  /** The pass. @returns the list of refused lines, in pieces */
  async function* readAll(
    source: DigestingStore,
    upload: Upload,
    findings: Findings,
    limits: Limits,
    { keep }: CheckOptions,
  ): AsyncGenerator<string> {
    const readLines = createReadLines({ store: source, parseCsv });
    let piece = '';
    for await (const portion of readLines(upload, { offset: 0, line: 1 }, limits)) {
      await keep?.();
      const refused = findings.take(portion);
      if (findings.total > maxRequests) {
        const rule = `a request file must hold at most ${maxRequests.toLocaleString('en-US')} requests`;
        throw new UnreadableFile(`${rule}, got more: split it`);
      }
      for (const { line, refusal } of refused) {
        const { imageId, detail, original } = refusal;
        piece += `${JSON.stringify({ line, image_id: imageId, detail, original })}\n`;
        if (piece.length < PIECE) continue;
        yield piece;
        piece = '';
      }
    }
    if (piece !== '') yield piece;
  }

  /** Takes the pieces to the last, and writes them where there is a key and a first one. */
  async function writeList(
    pieces: AsyncGenerator<string>,
    { bucket }: Upload,
    key: string | undefined,
    limits: Limits,
  ): Promise<boolean> {
    const first = await pieces.next();
    if (first.done) return false;
    if (key !== undefined) await store.write(bucket, key, startingWith(first.value, pieces), limits);
    for await (const _ of pieces);
    return key !== undefined;
  }

  async function lookUp(imageIds: readonly string[], limits: Limits): Promise<BatchCheck['waitingImages']> {
    if (waitingRequests === undefined) return undefined;
    return { lookedAt: imageIds.length, waiting: await waitingRequests.countWaiting(imageIds, limits) };
  }
}

async function* startingWith(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** An unreadable file is a finding of the check, not an error. */
async function tryRead(
  read: () => Promise<unknown>,
): Promise<{ readonly problem?: string; readonly hasList: boolean }> {
  try {
    return { hasList: (await read()) === true };
  } catch (error) {
    if (error instanceof UnreadableFile) return { problem: error.message, hasList: false };
    throw error;
  }
}

function withoutRequest({ key }: Upload, size: number, { total, first }: Findings): string {
  if (total > 0) return nothingLeftRefusal(total, first[0]);
  const format = formatOf(key);
  return emptyRefusal(size, 'name' in format && format.name === 'csv');
}
