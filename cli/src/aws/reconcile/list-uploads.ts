import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { kindOf } from '../../../../functions/core/batch/reading/file-names.ts';
import type { Upload } from '../../../../functions/core/batch/upload.ts';

/** What a key begins with that starts work. */
const PREFIXES = ['requests/', 'images/'];

/** An object that asks for something, in its current version. */
export interface FoundUpload extends Upload {
  readonly kind: 'requests' | 'image';
  /** Epoch ms. */
  readonly uploadedAt: number;
}

/** The request files and images in a bucket. A version that another one has replaced is left out. */
export async function listUploads(send: S3Client['send'], bucket: string): Promise<readonly FoundUpload[]> {
  const found: FoundUpload[] = [];
  for (const prefix of PREFIXES) {
    for await (const upload of currentVersions(send, bucket, prefix)) found.push(upload);
  }
  return found;
}

async function* currentVersions(send: S3Client['send'], Bucket: string, Prefix: string): AsyncGenerator<FoundUpload> {
  let markers = {};
  for (;;) {
    const command = new ListObjectVersionsCommand({ Bucket, Prefix, EncodingType: 'url', ...markers });
    const { Versions = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = await send(command);
    for (const { Key = '', VersionId = '', IsLatest, LastModified } of Versions) {
      const key = decodeKey(Key);
      const { kind } = kindOf(key);
      if (IsLatest !== true || (kind !== 'requests' && kind !== 'image')) continue;
      yield { bucket: Bucket, key, version: VersionId, kind, uploadedAt: LastModified?.getTime() ?? 0 };
    }
    if (IsTruncated !== true) return;
    markers = { KeyMarker: decodeKey(NextKeyMarker ?? ''), VersionIdMarker: NextVersionIdMarker };
  }
}

/** XML cannot represent every character of a key, so S3 is asked for keys as in a URL's query. */
function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}
