import { ownerOf } from '../core/access.ts';
import { type Batch, batchIdOf, stateOf } from '../core/batch/batch.ts';
import { batchIdFor, type CreateBatch } from '../core/batch/creating/create-batch.ts';
import type { RequestFiles } from '../core/batch/creating/request-files.ts';
import { UPLOAD_URL_SECONDS } from '../core/batch/viewing/outlook.ts';
import type { ViewBatch } from '../core/batch/viewing/view-batch.ts';
import { isoTime } from '../core/outcome/encode-result.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { Clock, Limits } from '../core/ports.ts';
import { checkedResponse, createdResponse } from '../lambda/batch-responses.ts';
import type { HttpResponse } from '../lambda/http.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';
import { type ContentInput, parseNewBatch, type UploadInput } from './event.ts';

export interface CreateRouteParts {
  readonly createBatch: CreateBatch;
  readonly files: Pick<RequestFiles, 'uploadUrl'>;
  readonly viewBatch: ViewBatch;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomId: () => string;
}

/** `POST /v3/batches`. @throws BadRequest, DependencyUnavailable */
export type CreateRoute = (event: PartnerEvent, caller: Partner, limits: Limits) => Promise<HttpResponse>;

export function createCreateRoute(parts: CreateRouteParts): CreateRoute {
  const { createBatch, files, viewBatch, clock, randomId } = parts;

  async function createWithContent(input: ContentInput, owner: string | undefined, limits: Limits) {
    const batchId = batchIdFor({ owner, ...input });
    const wanted = { ...input, batchId, source: 'http', ...(owner !== undefined && { partner: owner }) } as const;
    if (input.isDryRun) {
      const { check, pace } = await createBatch.check(wanted, limits);
      return checkedResponse(check, pace);
    }
    return createdResponse(await createBatch.create(wanted, limits), viewBatch, limits);
  }

  /** Without a key, each call is a batch of its own: its content is not known yet. */
  async function announce(input: UploadInput, owner: string | undefined, limits: Limits) {
    const { idempotencyKey } = input;
    const batchId = idempotencyKey === undefined ? batchIdOf('upload', randomId()) : batchIdFor({ owner, ...input });
    const wanted = { ...input, batchId, source: 'http', ...(owner !== undefined && { partner: owner }) } as const;
    const announced = await createBatch.announce(wanted, limits);
    const more = announced.kind !== 'reused' && isAwaited(announced.batch) ? await uploadTo(announced.batch) : {};
    return createdResponse(announced, viewBatch, limits, more);
  }

  async function uploadTo({ file }: Batch) {
    const url = await files.uploadUrl(file.key, UPLOAD_URL_SECONDS);
    return { upload: { method: 'PUT', url, expires_at: isoTime(clock.now() + UPLOAD_URL_SECONDS * 1000) } };
  }

  return async (event, caller, limits) => {
    const input = parseNewBatch(event);
    const owner = ownerOf(caller);
    return input.kind === 'upload' ? announce(input, owner, limits) : createWithContent(input, owner, limits);
  };
}

/** Whether its file may still be uploaded. */
function isAwaited(batch: Batch): boolean {
  return stateOf(batch) === 'checking' && batch.file.version === undefined;
}
