import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { UploadStore } from '../../core/batch/ports.ts';
import { DependencyUnavailable } from '../../core/errors.ts';

/** S3's smallest part, but for the last one. */
const PART_BYTES = 5 * 1024 * 1024;
/**
 * The SDK gives every part this checksum, and tells S3 nothing of it when the upload begins. S3 refuses a part whose checksum
 * was not announced, and an end that does not name those of all parts.
 */
const ChecksumAlgorithm = 'CRC32';

/**
 * Writes an object of any length, and holds one part of it at a time. What was begun and never completed is not aborted here:
 * the bucket's lifecycle does that a day later, also for a run that died.
 */
export function createWrite({ send }: { readonly send: S3Client['send'] }): UploadStore['write'] {
  return async (bucket, key, pieces, { signal }) => {
    const object = { Bucket: bucket, Key: key };
    const ContentType = key.endsWith('.ndjson') ? 'application/x-ndjson' : 'application/json';
    const options = { abortSignal: signal };
    const parts: CompletedPart[] = [];
    let held: Buffer[] = [];
    let bytes = 0;
    let UploadId: string | undefined;

    async function uploadPart(): Promise<void> {
      const beginning = { ...object, ContentType, ChecksumAlgorithm } as const;
      UploadId ??= (await attempt(send(new CreateMultipartUploadCommand(beginning), options))).UploadId;
      const PartNumber = parts.length + 1;
      const part = { ...object, UploadId, PartNumber, ChecksumAlgorithm, Body: Buffer.concat(held) } as const;
      const { ETag, ChecksumCRC32 } = await attempt(send(new UploadPartCommand(part), options));
      parts.push({ ETag, ChecksumCRC32, PartNumber });
      held = [];
      bytes = 0;
    }

    for await (const piece of pieces) {
      const chunk = Buffer.from(piece);
      held.push(chunk);
      bytes += chunk.length;
      if (bytes >= PART_BYTES) await uploadPart();
    }
    if (UploadId === undefined) {
      await attempt(send(new PutObjectCommand({ ...object, ContentType, Body: Buffer.concat(held) }), options));
      return;
    }
    if (bytes > 0) await uploadPart();
    const whole = { ...object, UploadId, MultipartUpload: { Parts: parts } };
    await attempt(send(new CompleteMultipartUploadCommand(whole), options));
  };
}

async function attempt<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new DependencyUnavailable('uploads bucket', error);
  }
}
