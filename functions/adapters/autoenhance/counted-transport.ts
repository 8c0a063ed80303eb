import type { MetricName } from '../../core/metric-names.ts';
import type { Clock, Metrics } from '../../core/ports.ts';
import { type HttpRequest, type Transport, TransportFailed } from './http-request.ts';

const BY_CLASS: Readonly<Record<number, MetricName>> = { 2: 'Calls2xx', 3: 'Calls3xx', 4: 'Calls4xx', 5: 'Calls5xx' };

/** Counts calls of the process endpoint. A call that is made again with a new key counts as two. */
export function countCalls(
  transport: Transport,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Pick<Clock, 'now'> },
): Transport {
  const counted = async (call: HttpRequest) => {
    const startedAt = clock.now();
    try {
      const response = await transport(call);
      metrics.count('CallLatency', clock.now() - startedAt);
      const name = BY_CLASS[Math.floor(response.status / 100)];
      if (name !== undefined) metrics.count(name);
      return response;
    } catch (error) {
      // A call that was aborted before it was sent was never made.
      const isMade = error instanceof TransportFailed && (error.sent || !call.signal.aborted);
      if (isMade) metrics.count(error.sent ? 'CallsLost' : 'CallsNotSent');
      throw error;
    }
  };
  return Object.assign(counted, transport);
}
