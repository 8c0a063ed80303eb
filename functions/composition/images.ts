import { type AutoenhanceOptions, createAutoenhanceImages } from '../adapters/autoenhance/client.ts';
import type { Transport } from '../adapters/autoenhance/http-request.ts';
import { API_KEY_EXAMPLE, parseApiKey } from '../adapters/secrets/api-key.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { WorkerEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import type { Step } from './prepare.ts';
import { composeSecret } from './shared.ts';

const API_KEY_TTL_MS = 5 * 60_000;

type Times = Pick<AutoenhanceOptions, 'attemptTimeoutMs' | 'connectTimeoutMs' | 'reserveMs' | 'leastMs'>;

/** The endpoint, with the key from its secret. @param times only what differs from the worker's */
export function composeImages(
  environment: Pick<WorkerEnvironment, 'AUTOENHANCE_SECRET_ID' | 'AUTOENHANCE_BASE_URL' | 'AUTOENHANCE_API_VERSION'>,
  runtime: Runtime,
  transport: Transport,
  telemetry: Telemetry,
  times: Times = {},
) {
  const apiKey = composeSecret(environment.AUTOENHANCE_SECRET_ID, runtime, telemetry, {
    parse: parseApiKey,
    example: API_KEY_EXAMPLE,
    ttlMs: API_KEY_TTL_MS,
    onRefresh: () => telemetry.metrics.count('KeyRefreshes'),
  });
  const endpoint = { baseUrl: environment.AUTOENHANCE_BASE_URL, apiVersion: environment.AUTOENHANCE_API_VERSION };
  const images = createAutoenhanceImages({ ...times, ...endpoint, transport, apiKey, clock: runtime.clock });
  const openEndpoint: Step = async ({ signal }) => transport.open?.(endpoint.baseUrl, signal);
  return { ...images, readKey: apiKey.prepare, openEndpoint };
}
