import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { RequestFiles, ResultFiles } from '../../core/batch/creating/request-files.ts';
import { orUnavailable, statusOf, unavailable } from './s3-errors.ts';

export interface RequestFilesParts {
  readonly send: S3Client['send'];
  /** Signs URLs, and calls nobody. */
  readonly signer: S3Client;
  readonly bucket: string;
}

/** Request files in the uploads bucket, which keeps every version. */
export function createRequestFiles({ send, signer, bucket: Bucket }: RequestFilesParts): RequestFiles & ResultFiles {
  return {
    async put(Key, Body, { signal }) {
      const command = new PutObjectCommand({ Bucket, Key, Body, ContentType: typeOf(Key) });
      const { VersionId } = await orUnavailable(send(command, { abortSignal: signal }));
      // The feeder reads one version. Without it, a later one could be sent under this one's name.
      if (VersionId === undefined) throw unavailable(new Error('S3 named no version: is the bucket versioned?'));
      return { bucket: Bucket, key: Key, version: VersionId };
    },

    uploadUrl: (Key, expiresIn) =>
      orUnavailable(getSignedUrl(signer, new PutObjectCommand({ Bucket, Key }), { expiresIn })),

    async downloadUrl(Key, fileName, expiresIn, { signal }) {
      if (!(await exists(Key, signal))) return undefined;
      const ResponseContentDisposition = `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`;
      const command = new GetObjectCommand({ Bucket, Key, ResponseContentDisposition });
      return orUnavailable(getSignedUrl(signer, command, { expiresIn }));
    },
  };

  async function exists(Key: string, abortSignal: AbortSignal): Promise<boolean> {
    try {
      await send(new HeadObjectCommand({ Bucket, Key }), { abortSignal });
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw unavailable(error);
    }
  }
}

const TYPES: Readonly<Record<string, string>> = { csv: 'text/csv', ndjson: 'application/x-ndjson' };

function typeOf(key: string): string {
  return TYPES[key.split('.').at(-1) ?? ''] ?? 'application/json';
}
