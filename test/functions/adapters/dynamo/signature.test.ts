import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Credentials, createSigner } from '../../../../functions/adapters/ledger/dynamo/signature.ts';
import { NOON } from '../../../support/fixtures.ts';

const region = 'eu-west-1';
const host = 'dynamodb.eu-west-1.amazonaws.com';
const TARGET = 'DynamoDB_20120810.GetItem';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

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

/** What the SDK's signer makes of the headers that ours sends. */
async function signedBySdk(headers: Record<string, string>, credentials: Credentials, body: string, now: number) {
  const signer = new SignatureV4({
    service: 'dynamodb',
    region,
    credentials,
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const request = { method: 'POST', protocol: 'https:', hostname: host, path: '/', headers, body };
  return (await signer.sign(request, { signingDate: new Date(now) })).headers;
}

function headersOf(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? '']] : [])));
}

describe('a signature', () => {
  it.each<[string, Credentials]>([
    ['a role’s session', { ...KEYS, sessionToken: 'IQoJb3JpZ2luX2VjE//example+token==' }],
    ['a key pair', KEYS],
  ])('of %s is the one that the SDK’s signer makes', async (_name, credentials) => {
    const sign = createSigner({ region, host }, credentials);
    const anyTime = fc.integer({ min: 0, max: 40 * 86_400 }).map((seconds) => NOON + seconds * 1000);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), anyTime, async (body, now) => {
        const { authorization, ...sent } = headersOf(sign(TARGET, body, now));
        const signed = await signedBySdk({ ...sent }, credentials, body, now);
        expect(authorization).toBe(signed.authorization);
        expect(sent['x-amz-date']).toBe(signed['x-amz-date']);
        expect(sent['x-amz-security-token']).toBe(credentials.sessionToken);
      }),
    );
  });
});
