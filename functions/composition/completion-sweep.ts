import type { Transport } from '../adapters/autoenhance/http-request.ts';
import { createHttpsTransport } from '../adapters/autoenhance/transport.ts';
import { createPauseStore } from '../adapters/ledger/account/pause.ts';
import { createCompletions } from '../adapters/ledger/completion/completions.ts';
import { createLooks } from '../adapters/ledger/completion/looks.ts';
import { createPublishCompletion } from '../core/completion/publish-completion.ts';
import { createSweep } from '../core/completion/sweep/sweep.ts';
import { createCallPermits } from '../core/processing/call-permits.ts';
import type { SweepEnvironment } from '../environment.ts';
import type { Runtime } from '../runtime.ts';
import { composeEvents } from './events.ts';
import { composeImages } from './images.ts';
import { composeLimitEvidence } from './limit-evidence.ts';
import { composeTelemetry } from './shared.ts';

export function composeCompletionSweep(
  environment: SweepEnvironment,
  runtime: Runtime,
  transport: Transport = createHttpsTransport(runtime),
) {
  const { clock, randomId, dynamo } = runtime;
  const { LEDGER_TABLE: table } = environment;
  const telemetry = composeTelemetry(environment, runtime, 'completion-sweep');
  const database = { send: dynamo, table, clock };
  const { log } = telemetry;
  const sweep = createSweep({
    looks: createLooks(database),
    completions: createCompletions(database),
    pauses: createPauseStore(database),
    records: composeImages(environment, runtime, transport, telemetry),
    permits: createCallPermits({
      clock,
      callsPerSecond: environment.CALLS_PER_SECOND,
      onOpen: (reason, ms) => log.warn('the circuit breaker opened: the sweep goes on later', { reason, open_ms: ms }),
    }),
    publishCompletion: createPublishCompletion({
      events: composeEvents(environment, runtime),
      limitEvidence: composeLimitEvidence(environment, runtime, telemetry),
      ...{ randomId, clock, ...telemetry },
    }),
    schedule: {
      looksMs: environment.LOOKS_SECONDS.map((seconds) => seconds * 1000),
      withinMs: environment.COMPLETION_WITHIN_SECONDS * 1000,
    },
    expectsWebhook: environment.EXPECTS_WEBHOOK,
    clock,
    ...telemetry,
  });
  return { sweep, clock, ...telemetry };
}
