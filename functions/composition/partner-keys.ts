import { PARTNER_KEYS_EXAMPLE, parsePartnerKeysSecret } from '../adapters/secrets/partner-keys.ts';
import { mayOperate } from '../core/access.ts';
import { unlimited } from '../core/deadline.ts';
import { findKey, type Partner } from '../core/partner-keys.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { ApiEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeSessions, type SessionEnvironment } from './sessions.ts';
import { composeSecret } from './shared.ts';

/** While Secrets Manager is unavailable, the keys that were read last stay valid for this long. */
const STALE_FOR_MS = 15 * 60_000;

/** Who may call the HTTP API. */
export function composePartnerKeys(
  environment: SessionEnvironment & Pick<ApiEnvironment, 'PARTNER_KEYS_SECRET_ID'>,
  runtime: Runtime,
  telemetry: Telemetry,
) {
  const keys = composeSecret(environment.PARTNER_KEYS_SECRET_ID, runtime, telemetry, {
    parse: parsePartnerKeysSecret,
    example: PARTNER_KEYS_EXAMPLE,
    ttlMs: environment.PARTNER_KEYS_TTL_SECONDS * 1000,
    staleForMs: STALE_FOR_MS,
  });
  // The read has its own timeout and does not belong to one request.
  const limits = unlimited();
  /** Everybody who has a key. */
  const partners = async (): Promise<readonly Partner[]> => [
    ...new Set((await keys.get(limits)).map(({ partner }) => partner)),
  ];
  return {
    prepare: keys.prepare,
    authentication: {
      authenticate: async (key: string): Promise<Partner | undefined> =>
        findKey(await keys.get(limits), key, runtime.clock.now())?.partner,
      sessions: environment.CONSOLE === 'off' ? undefined : composeSessions(environment, keys, runtime, telemetry),
    },
    partners,
    /** What a partner's entry says of its limits. */
    limitsOf: async (name: string): Promise<Partner['limits']> =>
      (await partners()).find((partner) => partner.name === name)?.limits,
    /** Everybody whose requests and batches a list of all shows; undefined stands for the operator. */
    owners: async (): Promise<readonly (string | undefined)[]> => {
      const others = (await partners()).filter((partner) => !mayOperate(partner));
      return [undefined, ...others.map(({ name }) => name)];
    },
  };
}
