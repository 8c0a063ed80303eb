import * as z from 'zod/mini';
import type { Upload } from '../core/batch/upload.ts';
import { shown } from '../core/request/preferences.ts';

/**
 * What EventBridge hands over when S3 has an object. Unlike in S3's own notifications, the key is as it was given, not
 * encoded for a URL.
 */
const event = z.object({
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), 'version-id': z.string() }),
  }),
});

/** @throws Error when the event tells of no version of an object in this bucket */
export function parseUpload(value: unknown, bucket: string): Upload {
  const parsed = event.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`the event must tell of one version of an object: ${problems.join('; ')}`);
  }
  const { bucket: from, object } = parsed.data.detail;
  if (from.name !== bucket) throw new Error(`the event must be of the bucket ${bucket}, got ${shown(from.name)}`);
  return { bucket, key: object.key, version: object['version-id'] };
}
