import { pauseStatus } from '../../budget/pause-status.ts';
import type { PauseStore } from '../../budget/ports.ts';
import { concurrently } from '../../concurrently.ts';
import { DependencyUnavailable } from '../../errors.ts';
import { loggedError } from '../../logged-error.ts';
import type { Limits } from '../../ports.ts';
import { loggedRequest, recordError, type Telemetry } from '../../telemetry.ts';
import { inOrders, type ReadTogether } from './in-orders.ts';
import { createLookAtRequest, type LookAtRequestParts } from './look-at-request.ts';
import { lookAfterFailure } from './next-look.ts';
import type { DueRequest } from './ports.ts';
import { createReadImage, type ReadImageParts } from './read-image.ts';

export interface SweepParts extends LookAtRequestParts, ReadImageParts, Telemetry {
  readonly pauses: Pick<PauseStore, 'read'>;
}

/**
 * Looks at the started requests that are due, the one that has waited longest first, as long as the invocation and the rate
 * limiter allow. What is left stays due. @throws DependencyUnavailable
 */
export type Sweep = (limits: Limits) => Promise<void>;

/** Left of the invocation when a look begins. */
const CLOSING_MS = 10_000;
/** Images that are looked at at once. */
const CONCURRENT = 10;

export function createSweep(parts: SweepParts): Sweep {
  const { looks, pauses, schedule, clock, log, metrics } = parts;
  const read = createReadImage(parts);
  const requests = createLookAtRequest(parts);

  /** Reading an image takes nothing from the daily limit. A person who has ordered a pause wants no call at all. */
  async function isPaused(limits: Limits): Promise<boolean> {
    const status = pauseStatus(await pauses.read(limits), clock.now());
    return status.kind === 'paused' && status.pause.reason === 'person';
  }

  async function lookAtPage(page: readonly DueRequest[], run: Run, limits: Limits): Promise<void> {
    const told = page.filter(({ awaitsWebhook }) => awaitsWebhook);
    const others = page.filter(({ awaitsWebhook }) => !awaitsWebhook);
    await concurrently(told, CONCURRENT, (request) => guarded(request, () => requests.checkWebhook(request, limits)));
    await concurrently(inOrders(others), CONCURRENT, (together) => lookAtTogether(together, run, limits));
  }

  async function lookAtTogether({ orderId, images }: ReadTogether, run: Run, limits: Limits): Promise<void> {
    if (run.isOver()) return;
    const ofOrder = orderId === undefined ? undefined : await read.order(orderId, images, limits);
    for (const [imageId, ofImage] of images) {
      if (run.isOver()) return;
      const seen = ofOrder?.get(imageId) ?? (await read.image(imageId, limits));
      if (seen.kind === 'not_allowed') return run.end();
      for (const request of ofImage) await guarded(request, () => requests.look(request, seen, limits), limits);
    }
  }

  /** What goes wrong with one request must not keep the sweep from the others. */
  async function guarded(request: DueRequest, look: () => Promise<void>, limits?: Limits): Promise<void> {
    try {
      await look();
    } catch (error) {
      const facts = loggedRequest(request);
      if (error instanceof DependencyUnavailable) {
        log.warn('a look at a request failed: it stays due', { ...facts, ...loggedError(error) });
        return;
      }
      recordError({ log, metrics }, 'a look at a request failed', error, facts);
      if (limits !== undefined) await postpone(request, limits);
    }
  }

  /** So that a request at which nobody can look is not before all others each minute. */
  async function postpone({ requestId, acceptedAt, outcome, wasUnderWay }: DueRequest, limits: Limits): Promise<void> {
    const now = clock.now();
    const next = lookAfterFailure(schedule, outcome?.at ?? acceptedAt, now) ?? now + schedule.withinMs;
    await looks.again(requestId, next, wasUnderWay, limits).catch(() => {});
  }

  return async (limits) => {
    if (await isPaused(limits)) return log.info('no image is looked at, since a person has paused the account');
    const startedAt = clock.now();
    const run = createRun(() => clock.now() >= limits.deadline - CLOSING_MS || limits.signal.aborted);
    let found = 0;
    let delay: number | undefined;
    for await (const page of looks.due(startedAt, limits)) {
      delay ??= page[0] && startedAt - page[0].lookAt;
      found += page.length;
      await lookAtPage(page, run, limits);
      if (run.isOver()) break;
    }
    if (delay === undefined) return;
    metrics.count('LookDelay', delay);
    log.info('images were looked at', { requests: found, delay_ms: delay, duration_ms: clock.now() - startedAt });
  };
}

interface Run {
  isOver(): boolean;
  /** Nothing more is begun. */
  end(): void;
}

function createRun(isLate: () => boolean): Run {
  let isEnded = false;
  return {
    isOver: () => isEnded || isLate(),
    end() {
      isEnded = true;
    },
  };
}
