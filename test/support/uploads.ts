import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import type * as z from 'zod';
import { clientSettings } from '../../local/aws-clients.ts';
import type { Service } from '../../local/service.ts';
import type { uploadReport } from '../../tools/contract/schemas/upload-report.ts';

/** A file's report. */
export type Report = z.infer<typeof uploadReport>;

/** What an uploader does with the bucket, over the real protocol. */
export function openBucket({ addresses, uploadsBucket }: Pick<Service, 'addresses' | 'uploadsBucket'>) {
  const s3 = new S3Client({ ...clientSettings(addresses.s3), forcePathStyle: true });
  onTestFinished(() => s3.destroy());
  const Bucket = uploadsBucket ?? '';
  return {
    s3,
    put: (Key: string, Body: string | Uint8Array, Metadata: Record<string, string> = {}) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata })),
    /** Undefined when there is none. */
    async text(Key: string): Promise<string | undefined> {
      try {
        return await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
