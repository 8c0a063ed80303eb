import { PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { signerOf } from '../../../functions/batch-runtime.ts';

/** Signs URLs as in Lambda, and calls nobody. */
export const signer = signerOf({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIACHAOS', secretAccessKey: 'chaos' },
});

/** Has it sign once, in real time, as `warmUpSdk` does. */
export async function warmUpSigner(): Promise<void> {
  await getSignedUrl(signer, new PutObjectCommand({ Bucket: 'warm-up', Key: 'warm-up' }));
}
