import { DependencyUnavailable } from '../../errors.ts';
import type { OutcomeEvent } from '../../outcome/outcome.ts';
import type { Clock, Limits, Outcomes } from '../../ports.ts';
import type { QueuedRequest, RequestBatches } from '../ports.ts';
import type { ParsedLine } from '../reading/parsed-line.ts';
import type { ReadLines } from '../reading/read-lines.ts';
import type { Upload } from '../upload.ts';
import { createBackpressure } from './backpressure.ts';
import { sizeOf, sizeOnQueue, toLineRequest, toQueuedRequest, toRefusalEvent } from './line-messages.ts';
import type { ProgressTracker } from './progress.ts';
import { createSender } from './sender.ts';

export interface FeedLinesParts {
  readonly readLines: ReadLines;
  readonly queue: RequestBatches;
  readonly outcomes: Outcomes;
  /** Requests that the queue may hold while this run adds to it. */
  readonly maxQueueDepth: number;
  readonly clock: Clock;
}

export interface FeedRun {
  /** Epoch ms from which on nothing more is begun. */
  readonly stopAt: number;
  /** Whether the file is this run's, for as long as a batch may take. */
  readonly isOurs: () => boolean;
  /** Notes the progress when it is due. Rejects when the file is no longer this run's. */
  readonly keep: () => Promise<void>;
}

/** Whether every line is done, or why not: with a failure when nothing but that stood in the way. */
export type FeedEnd = { readonly isFed: boolean; readonly failure?: DependencyUnavailable };

/** Sends the lines of a file: requests to the queue, and to the results what is no request. */
export type FeedLines = (upload: Upload, progress: ProgressTracker, run: FeedRun, limits: Limits) => Promise<FeedEnd>;

type Done = () => void;
type Outgoing<What> = { readonly key: string; readonly bytes: number; readonly what: What; readonly done: Done };

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

export function createFeedLines({ readLines, queue, outcomes, maxQueueDepth, clock }: FeedLinesParts): FeedLines {
  return async (upload, progress, run, limits) => {
    const backpressure = createBackpressure({ queue, limit: maxQueueDepth, clock });
    let pauseMs = FIRST_PAUSE_MS;
    let failure: DependencyUnavailable | undefined;
    let wake = Promise.withResolvers<void>();

    const common = { onSent: ({ done }: { done: Done }) => done(), onReturn: () => wake.resolve() };
    const requests = createSender<Outgoing<QueuedRequest>>({
      ...common,
      dependency: 'request queue',
      mayStart: () => backpressure.hasRoom && run.isOurs(),
      send(batch) {
        backpressure.sent(batch.length);
        return queue.send(batch.map(({ what }) => what), limits); // biome-ignore format: one thought
      },
    });
    const refusals = createSender<Outgoing<OutcomeEvent>>({
      ...common,
      dependency: 'result queue',
      mayStart: run.isOurs,
      send: (batch) => publish(outcomes, batch.map(({ what }) => what), limits), // biome-ignore format: one thought
    });

    const isOver = () => clock.now() >= run.stopAt || limits.signal.aborted;

    function add(line: ParsedLine): void {
      const end = progress.begin(line);
      if ('request' in line) {
        const what = toQueuedRequest(toLineRequest(upload, line.line, line.request, progress.settled.startedAt));
        requests.add({ key: what.imageId, bytes: sizeOnQueue(what), what, done: () => end('accepted') });
      } else if ('refusal' in line) {
        const what = toRefusalEvent(upload, line.line, line.refusal, progress.settled.startedAt);
        refusals.add({ key: what.id, bytes: sizeOf(line.refusal), what, done: () => end('rejected') });
      } else end('blank');
    }

    /** Sends what may go, and waits until something has changed. */
    async function turn(isLast: boolean): Promise<void> {
      await run.keep();
      if (!requests.isEmpty && !backpressure.hasRoom) await look();
      requests.start(isLast);
      refusals.start(isLast);
      if (requests.isOut || refusals.isOut) await wake.promise;
      else if (!requests.isEmpty)
        await clock.sleep(Math.min(backpressure.waitMs, run.stopAt - clock.now()), limits.signal);
      wake = Promise.withResolvers();
      await pauseAfter(requests.takeFailure() ?? refusals.takeFailure());
    }

    // A queue that cannot be looked at is not fed blindly.
    async function look(): Promise<void> {
      try {
        await backpressure.look(limits);
      } catch (error) {
        if (!(error instanceof DependencyUnavailable)) throw error;
        failure = error;
      }
    }

    async function pauseAfter(latest: DependencyUnavailable | undefined): Promise<void> {
      if (latest === undefined) {
        pauseMs = FIRST_PAUSE_MS;
        return;
      }
      failure = latest;
      await clock.sleep(Math.min(pauseMs, Math.max(0, run.stopAt - clock.now())), limits.signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }

    /** What is on its way comes back before the run ends, so that the next one does not send it again. */
    async function whatIsOut(): Promise<void> {
      while (requests.isOut || refusals.isOut) {
        await wake.promise;
        wake = Promise.withResolvers();
      }
    }

    async function feedAll(): Promise<boolean> {
      for await (const { lines, warnings = [] } of readLines(upload, progress.settled, limits)) {
        for (const warning of warnings) progress.warn(warning);
        await run.keep();
        for (const line of lines) {
          if (isOver()) return false;
          add(line);
          requests.start(false);
          while (requests.isFull || refusals.isFull || progress.isFull) {
            if (isOver()) return false;
            // What holds up so many lines waits no longer for a fuller batch.
            await turn(progress.isFull);
          }
        }
      }
      while (!requests.isEmpty || !refusals.isEmpty) {
        if (isOver()) return false;
        await turn(true);
      }
      return true;
    }

    const isFed = await feedAll().finally(whatIsOut);
    return { isFed, ...(failure !== undefined && { failure }) };
  };
}

/** Events that are published together share one SendMessageBatch. */
async function publish(
  outcomes: Outcomes,
  events: readonly OutcomeEvent[],
  limits: Limits,
): Promise<readonly number[]> {
  const lines = events.map((event) => ({ event, leave: outcomes.join(limits) }));
  const ends = await Promise.allSettled(
    lines.map(({ event, leave }) => outcomes.publish(event, limits).finally(leave)),
  );
  return ends.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
}
