import type { Context } from 'aws-lambda';
import type { ProcessFile } from '../core/batch/process-file.ts';
import type { ProcessImage } from '../core/batch/process-image.ts';
import { loggedUpload, type Upload } from '../core/batch/upload.ts';
import { loggedError } from '../core/logged-error.ts';
import type { Clock, Limits } from '../core/ports.ts';
import type { Telemetry } from '../core/telemetry.ts';
import { parseUpload } from './event.ts';

export interface UploadTriggerParts extends Telemetry {
  readonly processFile: ProcessFile;
  readonly processImage: ProcessImage;
  /** The one that uploads come from. */
  readonly bucket: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** Feeds request files to the queue, and makes a request of each image that carries its id. */
export function createUploadHandler({ processFile, processImage, bucket, clock, log, metrics }: UploadTriggerParts) {
  async function handle(upload: Upload, limits: Limits): Promise<void> {
    // What a console shows as a folder is an object too, an empty one.
    if (upload.key.endsWith('/')) return log.info('a folder is no upload', loggedUpload(upload));
    if (upload.key.startsWith('requests/')) return processFile(upload, limits);
    if (upload.key.startsWith('images/')) return processImage(upload, limits);
    log.warn('the object is under no prefix that starts anything', loggedUpload(upload));
  }

  return async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<void> => {
    const deadline = clock.now() + context.getRemainingTimeInMillis();
    const upload = parseUpload(event, bucket);
    try {
      await handle(upload, { deadline, signal });
    } catch (error) {
      // Lambda repeats the run, and writes of an error nothing that is behind it.
      log.error('the run failed', { ...loggedUpload(upload), ...loggedError(error) });
      throw error;
    } finally {
      metrics.flush();
    }
  };
}
