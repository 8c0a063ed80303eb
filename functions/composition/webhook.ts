import type { Transport } from '../adapters/autoenhance/http-request.ts';
import { createHttpsTransport } from '../adapters/autoenhance/transport.ts';
import { createCompletions } from '../adapters/ledger/completion/completions.ts';
import { createWebhookSeen } from '../adapters/ledger/completion/webhook-seen.ts';
import { SecretFlaw } from '../adapters/secrets/read-secret.ts';
import type { SecretCache } from '../adapters/secrets/secret-cache.ts';
import { parseWebhookTokens, WEBHOOK_TOKEN_EXAMPLE } from '../adapters/secrets/webhook-token.ts';
import { createReceiveNotification } from '../core/completion/receive-notification.ts';
import { createNoteWebhook } from '../core/completion/webhook-seen.ts';
import { isToken } from '../core/completion/webhook-token.ts';
import { unlimited } from '../core/deadline.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { WebhookEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeEvents } from './events.ts';
import { composeImages } from './images.ts';
import { composeLimitEvidence } from './limit-evidence.ts';
import { prepare, readLedger } from './prepare.ts';
import { composeSecret, composeTelemetry } from './shared.ts';

const TOKEN_TTL_MS = 5 * 60_000;
/** The use case has its own timeout for look-ups, so no time has to be reserved, and even a short look-up is useful. */
const LOOK_UP = { connectTimeoutMs: 1000, reserveMs: 0, leastMs: 100 };

export function composeWebhook(
  environment: WebhookEnvironment,
  runtime: Runtime,
  transport: Transport = createHttpsTransport(runtime),
) {
  const { clock, randomId, dynamo } = runtime;
  const { LEDGER_TABLE: table } = environment;
  const telemetry = composeTelemetry(environment, runtime, 'autoenhance-webhook');
  const completions = createCompletions({ send: dynamo, table, clock });
  const { readKey, openEndpoint, ...records } = composeImages(environment, runtime, transport, telemetry, LOOK_UP);
  const events = composeEvents(environment, runtime);
  const tokens = composeSecret(environment.WEBHOOK_TOKEN_SECRET_ID, runtime, telemetry, {
    parse: parseWebhookTokens,
    example: WEBHOOK_TOKEN_EXAMPLE,
    ttlMs: TOKEN_TTL_MS,
    endsWhenEmptied: true,
  });
  return {
    receiveNotification: createReceiveNotification({
      ...{ completions, records, events, clock, randomId },
      limitEvidence: composeLimitEvidence(environment, runtime, telemetry),
      ...telemetry,
    }),
    noteWebhook: createNoteWebhook({
      webhookSeen: createWebhookSeen({ send: dynamo, table }),
      clock,
      log: telemetry.log,
    }),
    ...composeAuthentication(tokens, telemetry),
    clock,
    ...telemetry,
    /** To be called once, in INIT. Never rejects. */
    prepare: () => prepare([tokens.prepare, readKey, openEndpoint, readLedger(environment, runtime)], runtime),
  };
}

function composeAuthentication(tokens: SecretCache<readonly string[]>, { log, metrics }: Telemetry) {
  async function isAuthentic(presented: readonly string[]): Promise<boolean> {
    if (presented.length === 0) return false;
    // The read has its own timeout and does not belong to one call.
    const limits = unlimited();
    try {
      // Refused by the token that is held, it may be the one that has just been put into the secret.
      return isToken(await tokens.get(limits), presented) || isToken(await tokens.refresh(limits), presented);
    } catch (error) {
      // The secret has no valid token, so every call is refused; the log says what to do. Any other error is unavailability.
      if ((error as Error).cause instanceof SecretFlaw) return false;
      throw error;
    }
  }

  return {
    isAuthentic,
    onRefused(hadToken: boolean) {
      metrics.count(hadToken ? 'WebhookRefused' : 'WebhookWithoutToken');
      // The handler, which flushes otherwise, is not called.
      metrics.flush();
      log.warn('a call of the webhook was refused', {
        reason: hadToken ? 'its token is wrong' : 'it has no token',
      });
    },
  };
}
