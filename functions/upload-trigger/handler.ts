import type { Context } from 'aws-lambda';
import { kindOf } from '../core/batch/reading/file-names.ts';
import { loggedUpload, type Upload } from '../core/batch/upload.ts';
import type { ProcessImage } from '../core/batch/uploads/process-image.ts';
import type { RegisterFile } from '../core/batch/uploads/register-file.ts';
import type { ReportMisplaced } from '../core/batch/uploads/report-misplaced.ts';
import type { Clock, Limits } from '../core/ports.ts';
import { recordError, type Telemetry } from '../core/telemetry.ts';
import { parseUpload } from './event.ts';

export interface UploadTriggerParts extends Telemetry {
  readonly registerFile: RegisterFile;
  readonly processImage: ProcessImage;
  readonly reportMisplaced: ReportMisplaced;
  /** The one that uploads come from. */
  readonly bucket: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** Makes batches of request files, and makes a request of each image that carries its id. */
export function createUploadHandler(parts: UploadTriggerParts) {
  const { registerFile, processImage, reportMisplaced, bucket, clock, log, metrics } = parts;

  async function handle(upload: Upload, limits: Limits): Promise<void> {
    const found = kindOf(upload.key);
    switch (found.kind) {
      case 'requests':
        return registerFile(upload, limits);
      case 'image':
        return processImage(upload, limits);
      case 'misplaced':
        return reportMisplaced(upload, found.meant, limits);
      case 'folder':
        return log.info('a folder is no upload', loggedUpload(upload));
      case 'temporary':
        metrics.count('IgnoredUploads');
        return log.info('the object is ignored: its name is that of a hidden or temporary file', loggedUpload(upload));
      case 'unknown':
        log.warn('the object is under no prefix that starts anything', loggedUpload(upload));
    }
  }

  return async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<void> => {
    const deadline = clock.now() + context.getRemainingTimeInMillis();
    const upload = parseUpload(event, bucket);
    try {
      await handle(upload, { deadline, signal });
    } catch (error) {
      // Lambda repeats the run, and writes of an error nothing that is behind it.
      recordError({ log, metrics }, 'the run failed', error, loggedUpload(upload));
      throw error;
    } finally {
      metrics.flush();
    }
  };
}
