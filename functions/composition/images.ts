import { type AutoenhanceOptions, createAutoenhanceImages } from '../adapters/autoenhance/client.ts';
import type { Transport } from '../adapters/autoenhance/http-call.ts';
import { API_KEY_EXAMPLE, parseApiKey } from '../adapters/secret/api-key.ts';
import type { Voice } from '../core/telling.ts';
import type { WorkerEnvironment } from '../environment.ts';
import type { World } from '../world.ts';
import type { Step } from './prepare.ts';
import { composeSecret } from './shared.ts';

const API_KEY_TTL_MS = 5 * 60_000;

type Times = Pick<AutoenhanceOptions, 'attemptTimeoutMs' | 'connectTimeoutMs' | 'reserveMs' | 'leastMs'>;

/** The endpoint, called with the key in its secret. @param times where they are not the worker's */
export function composeImages(
  environment: Pick<WorkerEnvironment, 'AUTOENHANCE_SECRET_ID' | 'AUTOENHANCE_BASE_URL' | 'AUTOENHANCE_API_VERSION'>,
  world: World,
  transport: Transport,
  voice: Voice,
  times: Times = {},
) {
  const apiKey = composeSecret(environment.AUTOENHANCE_SECRET_ID, world, voice, {
    parse: parseApiKey,
    example: API_KEY_EXAMPLE,
    ttlMs: API_KEY_TTL_MS,
    onRefresh: () => voice.metrics.count('KeyRefreshes'),
  });
  const endpoint = { baseUrl: environment.AUTOENHANCE_BASE_URL, apiVersion: environment.AUTOENHANCE_API_VERSION };
  const images = createAutoenhanceImages({ ...times, ...endpoint, transport, apiKey, clock: world.clock });
  const openEndpoint: Step = async ({ signal }) => transport.open?.(endpoint.baseUrl, signal);
  return { ...images, readKey: apiKey.prepare, openEndpoint };
}
