import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../../../functions/aws/environment-credentials.ts';
import type { Scope } from '../../../functions/aws/signature.ts';

/** SHA-256 as the SDK's signer wants it. */
class Sha256 {
  private readonly digesting;
  constructor(secret?: string | Uint8Array) {
    this.digesting = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array) {
    this.digesting.update(data);
  }
  reset() {}
  digest = async () => new Uint8Array(this.digesting.digest());
}

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Epoch ms. */
  readonly now: number;
}

/** The headers that the SDK's signer makes of a call's own, Host among them. */
export async function signedBySdk(
  { service, region, host }: Omit<Scope, 'contentType'>,
  credentials: Credentials,
  { headers, body, now }: Signed,
): Promise<Readonly<Record<string, string>>> {
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 as never, applyChecksum: false });
  const request = { method: 'POST', protocol: 'https:', hostname: host, path: '/', headers: { ...headers }, body };
  return (await signer.sign(request, { signingDate: new Date(now) })).headers;
}
