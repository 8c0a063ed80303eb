import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Chunk, UploadForbidden, UploadGone, type UploadStore } from '../../core/batch/ports.ts';
import type { Upload } from '../../core/batch/upload.ts';
import type { Limits } from '../../core/ports.ts';
import { statusOf, unavailable } from './s3-errors.ts';
import { createWrite } from './write-object.ts';

export interface UploadStoreParts {
  readonly send: S3Client['send'];
}

/** The uploads bucket. Reads one version of an object, so that it cannot change between two reads. */
export function createUploadStore({ send }: UploadStoreParts): UploadStore {
  const objectOf = ({ bucket, key, version }: Upload) => ({ Bucket: bucket, Key: key, VersionId: version });

  async function read(upload: Upload, offset: number, length: number, { signal }: Limits): Promise<Chunk> {
    const Range = `bytes=${offset}-${offset + length - 1}`;
    try {
      const { Body, ContentRange } = await send(new GetObjectCommand({ ...objectOf(upload), Range }), {
        abortSignal: signal,
      });
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
      return { bytes, size: Number(ContentRange?.split('/').at(-1)) };
    } catch (error) {
      // The offset is at the end of the object, or the object is empty.
      if (statusOf(error) === 416) return { bytes: new Uint8Array(0), size: offset };
      throw explained(error);
    }
  }

  async function metadata(upload: Upload, { signal }: Limits): Promise<Readonly<Record<string, string>>> {
    try {
      return (await send(new HeadObjectCommand(objectOf(upload)), { abortSignal: signal })).Metadata ?? {};
    } catch (error) {
      throw explained(error);
    }
  }

  return { read, metadata, write: createWrite({ send }) };
}

/** A 403 about the call's signature, not about the object. It may follow a freeze between signing and sending. */
const SIGNATURE_FAULTS = ['InvalidAccessKeyId', 'RequestTimeTooSkewed', 'SignatureDoesNotMatch'];

/** The function may list the bucket. Without that permission S3 would answer 403 for a missing object too. */
function explained(error: unknown): Error {
  const status = statusOf(error);
  if (status === 404) return new UploadGone('the object is gone: it was deleted before it was read', { cause: error });
  if (status !== 403 || SIGNATURE_FAULTS.includes((error as Error).name)) {
    return unavailable(error);
  }
  const isArchived = (error as Error).name === 'InvalidObjectState';
  return new UploadForbidden(isArchived ? ARCHIVED : FORBIDDEN, { cause: error });
}

const FORBIDDEN =
  'S3 does not let this service read the object (403): its role, a policy of the bucket or the key that encrypts the object must allow it';
const ARCHIVED =
  'S3 keeps the object in an archive, where it cannot be read (403): restore it, or put it again with the storage class STANDARD';
