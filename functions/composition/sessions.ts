import type { SecretCache } from '../adapters/secrets/secret-cache.ts';
import { parseSessionSecret, SESSION_SECRET_EXAMPLE } from '../adapters/secrets/session-secret.ts';
import { decodeSession, encodeSession, SESSION_MS, type Session } from '../core/console/session.ts';
import { unlimited } from '../core/deadline.ts';
import { findKey, type PartnerKey } from '../core/partner-keys.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { ApiEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeSecret } from './shared.ts';

export type SessionEnvironment = Pick<
  ApiEnvironment,
  'STAGE' | 'CONSOLE' | 'SESSION_SECRET_ID' | 'PARTNER_KEYS_TTL_SECONDS'
>;

/** The console's sessions. Their secret is read when the first call with a session comes: a call with a key needs none. */
export function composeSessions(
  environment: SessionEnvironment,
  keys: Pick<SecretCache<readonly PartnerKey[]>, 'get'>,
  runtime: Runtime,
  telemetry: Telemetry,
) {
  const { STAGE: stage, CONSOLE: setting, SESSION_SECRET_ID: secretId, PARTNER_KEYS_TTL_SECONDS: ttl } = environment;
  const { clock } = runtime;
  const secret = composeSecret(secretId, runtime, telemetry, {
    parse: parseSessionSecret,
    example: SESSION_SECRET_EXAMPLE,
    ttlMs: ttl * 1000,
  });
  // The reads have their own timeout and do not belong to one request.
  const limits = unlimited();
  const signer = async () => ({ secret: await secret.get(limits), stage });
  return {
    isReadOnly: setting === 'read-only',
    find: async (text: string): Promise<Session | undefined> =>
      decodeSession(await signer(), await keys.get(limits), text, clock.now()),
    /** A new session and its text; undefined for a key that nobody has. */
    async begin(presented: string): Promise<{ readonly session: Session; readonly text: string } | undefined> {
      const now = clock.now();
      const key = findKey(await keys.get(limits), presented, now);
      if (key === undefined) return undefined;
      const session = { partner: key.partner, expiresAt: now + SESSION_MS };
      return { session, text: encodeSession(await signer(), key, session.expiresAt) };
    },
  };
}
