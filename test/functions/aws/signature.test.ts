import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../functions/aws/environment-credentials.ts';
import { createSigner } from '../../../functions/aws/signature.ts';
import { NOON } from '../../support/fixtures.ts';
import { signedBySdk } from './sdk-signature.ts';
import { KEYS, SERVICES, SESSION } from './support.ts';

function headersOf(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? '']] : [])));
}

const anyTime = fc.integer({ min: 0, max: 40 * 86_400 }).map((seconds) => NOON + seconds * 1000);
const anyBody = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json());
/** Where the services are, and where they are played on one machine. */
const anyPlace = fc.constantFrom(
  { region: 'eu-west-1', domain: 'eu-west-1.amazonaws.com' },
  { region: 'cn-north-1', domain: 'cn-north-1.amazonaws.com.cn' },
  { region: 'us-east-1', domain: 'us-east-1.localhost:8080' },
);

describe('a signature', () => {
  describe.each(Object.values(SERVICES))('for $service in version $version', ({ service, target, version }) => {
    const contentType = `application/x-amz-json-${version}`;

    it.each<[string, Credentials]>([
      ['a role’s session', SESSION],
      ['a key pair', KEYS],
    ])('of %s is the one that the SDK’s signer makes', async (_name, credentials) => {
      await fc.assert(
        fc.asyncProperty(anyPlace, anyBody, anyTime, async ({ region, domain }, body, now) => {
          const scope = { service, region, host: `${service}.${domain}`, contentType };
          const sign = createSigner(scope, credentials);
          const { authorization, ...sent } = headersOf(sign(`${target}.Operation`, body, now));
          const signed = await signedBySdk(scope, credentials, { headers: { host: scope.host, ...sent }, body, now });
          expect(authorization).toBe(signed.authorization);
          expect(sent['x-amz-date']).toBe(signed['x-amz-date']);
          expect(sent['x-amz-security-token']).toBe(credentials.sessionToken);
          expect(sent).toMatchObject({ 'content-type': contentType, 'x-amz-target': `${target}.Operation` });
        }),
      );
    });

    it('is made with the key of its day, also when a day ends and when one comes again', async () => {
      const scope = { service, region: 'eu-west-1', host: `${service}.eu-west-1.amazonaws.com`, contentType };
      const sign = createSigner(scope, SESSION);
      const midnight = Date.parse('2026-11-23T00:00:00Z');
      for (const now of [midnight - 1, midnight, midnight - 1000, midnight + 86_400_000]) {
        const { authorization, ...sent } = headersOf(sign(`${target}.Operation`, '{}', now));
        const headers = { host: scope.host, ...sent };
        const signed = await signedBySdk(scope, SESSION, { headers, body: '{}', now });
        expect(authorization).toBe(signed.authorization);
      }
    });
  });
});
