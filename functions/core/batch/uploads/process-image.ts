import { DependencyUnavailable } from '../../errors.ts';
import { parseJson } from '../../json.ts';
import type { Clock, Ledger, Limits, Logger, Metrics, Outcomes } from '../../ports.ts';
import { sameLetters } from '../../request/field-suggestions.ts';
import { parseImageId } from '../../request/image-id.ts';
import { shown } from '../../request/preferences.ts';
import { countOutcome } from '../../telemetry.ts';
import { toLineRequest, toQueuedRequest, toRefusalEvent } from '../feeding/line-messages.ts';
import { type RequestBatches, UploadGone, type UploadStore } from '../ports.ts';
import { type LineRequest, lineRequestOf, type Refusal } from '../reading/parsed-line.ts';
import { loggedUpload, type Upload } from '../upload.ts';

export interface ProcessImageParts {
  readonly store: Pick<UploadStore, 'metadata'>;
  readonly ledger: Pick<Ledger, 'accept'>;
  readonly queue: Pick<RequestBatches, 'send'>;
  readonly outcomes: Pick<Outcomes, 'publish'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Makes one request of an image that carries its id. @throws DependencyUnavailable when it is not safely queued */
export type ProcessImage = (upload: Upload, limits: Limits) => Promise<void>;

/** The one request of an object counts as its line 1. */
const LINE = 1;

export function createProcessImage(parts: ProcessImageParts): ProcessImage {
  const { store, ledger, queue, outcomes, clock, log, metrics } = parts;

  async function metadataOf(upload: Upload, limits: Limits) {
    try {
      return await store.metadata(upload, limits);
    } catch (error) {
      if (!(error instanceof UploadGone)) throw error;
      log.warn('the image could not be read', { ...loggedUpload(upload), error: error.message });
      metrics.count('UnreadUploads');
      return undefined;
    }
  }

  return async (upload, limits) => {
    const metadata = await metadataOf(upload, limits);
    if (metadata === undefined) return;
    const imageIds = imageIdsOf(metadata);
    if (imageIds.length === 0) {
      log.info('the image is ignored, since its metadata has no image-id', loggedUpload(upload));
      metrics.count('IgnoredUploads');
      return;
    }
    const read = lineRequestOfMetadata(imageIds, metadata.preferences);
    if ('refusal' in read) {
      await outcomes.publish(toRefusalEvent(upload, LINE, read.refusal, clock.now()), limits);
      log.warn('the image was refused', { ...loggedUpload(upload), error: read.refusal.detail });
      metrics.count('RejectedLines');
      countOutcome(metrics, 'invalid_request');
      return;
    }
    // Before its message: the worker refuses a request of ours that the ledger does not know.
    const item = await ledger.accept(toLineRequest(upload, LINE, read.request, clock.now()), limits);
    if (item.attempts > 0 || item.outcome !== undefined) {
      log.info('the image is left alone, since its request was begun before', loggedUpload(upload));
      return;
    }
    const request = toQueuedRequest(item);
    const failed = await queue.send([request], limits);
    if (failed.length > 0) throw new DependencyUnavailable('request queue', new Error('it did not take the request'));
    metrics.count('UploadedRequests');
    log.info('the image was queued', {
      ...loggedUpload(upload),
      request_id: request.requestId,
      image_id: request.imageId,
    });
  };
}

/** The ids in an object's metadata, however the name is written: `image-id`, `image_id`, `imageid`. */
export function imageIdsOf(metadata: Readonly<Record<string, string>>): readonly string[] {
  const given = Object.entries(metadata).filter(([name]) => sameLetters(name, ['image-id']) !== undefined);
  return [...new Map(given.map(([, value]) => [parseImageId(value) ?? value, value])).values()];
}

function lineRequestOfMetadata(
  imageIds: readonly string[],
  preferences: string | undefined,
): { readonly request: LineRequest } | { readonly refusal: Refusal } {
  const [imageId, other] = imageIds;
  const original = () => JSON.stringify({ 'image-id': other === undefined ? imageId : imageIds, preferences });
  if (other !== undefined) {
    const detail = `the metadata must name one image, got ${shown(imageId)} and ${shown(other)}: leave one of them out`;
    return { refusal: { detail, original: original() } };
  }
  try {
    return lineRequestOf(
      { image_id: imageId, preferences: preferences === undefined ? {} : parseJson(preferences) },
      original,
    );
  } catch {
    const detail = `the metadata preferences must be a JSON object, got ${shown(preferences)}`;
    return { refusal: { detail, original: original() } };
  }
}
