import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { UploadStore } from '../../core/batch/ports.ts';
import { orUnavailable } from './s3-errors.ts';

/** S3's minimum for every part except the last. */
const PART_BYTES = 5 * 1024 * 1024;
/**
 * The SDK adds this checksum to every part, but does not announce it when the upload begins. S3 refuses a part with a checksum
 * that was not announced, and a completion without the checksums of all parts.
 */
const ChecksumAlgorithm = 'CRC32';

/**
 * Writes an object of any length, with one part in memory at a time. An upload that was never completed is not aborted here:
 * the bucket's lifecycle rule does that a day later, also after a crash.
 */
export function createWrite({ send }: { readonly send: S3Client['send'] }): UploadStore['write'] {
  return async (bucket, key, pieces, { signal }) => {
    const object = { Bucket: bucket, Key: key };
    const ContentType = contentTypeOf(key);
    const options = { abortSignal: signal };
    const parts: CompletedPart[] = [];
    let buffered: Buffer[] = [];
    let bytes = 0;
    let UploadId: string | undefined;

    async function uploadPart(): Promise<void> {
      const beginning = { ...object, ContentType, ChecksumAlgorithm } as const;
      UploadId ??= (await orUnavailable(send(new CreateMultipartUploadCommand(beginning), options))).UploadId;
      const PartNumber = parts.length + 1;
      const part = { ...object, UploadId, PartNumber, ChecksumAlgorithm, Body: Buffer.concat(buffered) } as const;
      const { ETag, ChecksumCRC32 } = await orUnavailable(send(new UploadPartCommand(part), options));
      parts.push({ ETag, ChecksumCRC32, PartNumber });
      buffered = [];
      bytes = 0;
    }

    for await (const piece of pieces) {
      const chunk = Buffer.from(piece);
      buffered.push(chunk);
      bytes += chunk.length;
      if (bytes >= PART_BYTES) await uploadPart();
    }
    if (UploadId === undefined) {
      await orUnavailable(
        send(new PutObjectCommand({ ...object, ContentType, Body: Buffer.concat(buffered) }), options),
      );
      return;
    }
    if (bytes > 0) await uploadPart();
    const whole = { ...object, UploadId, MultipartUpload: { Parts: parts } };
    await orUnavailable(send(new CompleteMultipartUploadCommand(whole), options));
  };
}

function contentTypeOf(key: string): string {
  if (key.endsWith('.csv')) return 'text/csv; charset=utf-8';
  return key.endsWith('.ndjson') ? 'application/x-ndjson' : 'application/json';
}
