import { countCalls } from '../adapters/autoenhance/counted-transport.ts';
import type { Transport } from '../adapters/autoenhance/http-call.ts';
import { createHttpsTransport } from '../adapters/autoenhance/transport.ts';
import { createGate } from '../core/gate.ts';
import type { HoldReason } from '../core/hold.ts';
import { createReprocessImage } from '../core/reprocess-image.ts';
import { retryPolicy } from '../core/retry-policy.ts';
import type { Voice } from '../core/telling.ts';
import type { WorkerEnvironment } from '../environment.ts';
import type { World } from '../world.ts';
import { composeImages } from './images.ts';
import { openTo, prepare } from './prepare.ts';
import { composeConclusion, composeGivingBack, composeVoice } from './shared.ts';

export function composeWorker(
  environment: WorkerEnvironment,
  world: World,
  transport: Transport = createHttpsTransport(world),
) {
  const { clock, random } = world;
  const voice = composeVoice(environment, world, 'reprocess-worker');
  const { outcomes, ...ending } = composeConclusion(environment, world, voice);
  const calls = countCalls(transport, { ...voice, clock });
  const { readKey, openEndpoint, ...images } = composeImages(environment, world, calls, voice);
  const { CALLS_PER_SECOND: callsPerSecond, RETRY_FOR_SECONDS, LOST_ANSWER_WAIT_SECONDS } = environment;
  const reprocessImage = createReprocessImage({
    ...ending,
    images,
    gate: createGate({ clock, callsPerSecond, onHold: (reason, ms) => tellOfHold(voice, reason, ms) }),
    policy: retryPolicy({
      retryForMs: RETRY_FOR_SECONDS * 1000,
      lostAnswerWaitMs: LOST_ANSWER_WAIT_SECONDS * 1000,
    }),
    clock,
    random,
    ...voice,
  });
  const { REQUESTS_QUEUE_URL: queueUrl } = environment;
  return {
    reprocessImage,
    outcomes,
    metrics: voice.metrics,
    ...composeGivingBack(environment, queueUrl, world, voice),
    /** To be called once, in INIT. Never rejects. */
    prepare: () => prepare([readKey, openEndpoint, openTo('dynamo', world), openTo('sqs', world)], world),
  };
}

/** Once for each hold; an account's fault calls for a person. */
function tellOfHold({ log, metrics }: Voice, reason: HoldReason, ms: number): void {
  const facts = { reason, hold_ms: ms };
  if (reason === 'throttled') metrics.count('ThrottledSeconds', ms / 1000);
  if (reason !== 'account_fault') {
    log.warn('calls are held', facts);
    return;
  }
  metrics.count('AccountFault');
  // It calls a person: whatever becomes of this invocation, it must not get lost.
  metrics.flush();
  log.error(
    'the endpoint refuses the account, or its key cannot be read: put a valid key into the secret, or settle the account; requests wait meanwhile and go on by themselves',
    facts,
  );
}
