import type { Item } from './models/dynamo/tokens.ts';
import type { BusEvent } from './models/event-bus.ts';
import { createAsyncInvocations, type HandOver } from './models/lambda/async-invocations.ts';
import type { Lambda } from './models/lambda.ts';
import { createSchedule, type Schedule } from './models/schedule.ts';
import type { Chance } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { Scheduler } from './scheduler.ts';
import { NAMES } from './stage.ts';

/** Functions that events and the schedule wake. */
export interface Woken {
  readonly feeder: Lambda;
  readonly uploadTrigger: Lambda;
  readonly sweep: Lambda;
}

export interface WakeUps {
  /** Says which functions there are. To be called before anything happens. */
  connect(woken: Woken): void;
  onLedgerWrite(after: Item): void;
  onEvent(event: BusEvent): void;
}

export interface WakeUpsParts {
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
}

const MINUTE_MS = 60_000;
/** Lambda repeats an event that failed twice. */
const RETRIES = 2;
/** A person hands in again what failed each time. */
const REDRIVEN_WITHIN_MS = 2 * 60 * MINUTE_MS;
/** A feeder that found nothing to do finds nothing at its next run either, unless something was written meanwhile, or time passed. */
const LONGEST_REST_MS = 60 * MINUTE_MS;

/** What wakes the functions that nobody calls: the bus, and the schedules of each minute. */
export function createWakeUps({ scenario, scheduler, chance }: WakeUpsParts): WakeUps {
  const looks = new Map<string, number>();
  const open = new Set<string>();
  const rest = createRest(scenario, scheduler);
  let schedules: readonly Schedule[] = [];
  let wakeFeeder: HandOver = () => {};
  let handUpload: HandOver = () => {};

  function noteWork(item: Item): void {
    const id = item.id?.S ?? '';
    if (item.look_at?.N === undefined) looks.delete(id);
    else looks.set(id, Number(item.look_at.N));
    if (!id.startsWith('batch:')) return;
    if (item.work === undefined) open.delete(id);
    else open.add(id);
  }

  /** In the order in which they come, unless EventBridge has another one. */
  const events = { twiceShare: 0.05, lateShare: 0.1, scheduler };

  return {
    connect({ feeder, uploadTrigger, sweep }) {
      wakeFeeder = createAsyncInvocations({
        ...{ ...events, lambda: feeder, retries: RETRIES, chance: chance.fork('feeder') },
        // The next minute's run does what this one did not.
        onFailed: () => {},
      });
      handUpload = createAsyncInvocations({
        ...{ ...events, lambda: uploadTrigger, retries: RETRIES, chance: chance.fork('uploads') },
        onFailed: (event, text) => scheduler.after(chance.whole(0, REDRIVEN_WITHIN_MS), () => handUpload(event, text)),
      });
      const runEachMinute = (lambda: Lambda, name: string) => () => void lambda.invoke({}, `each minute: ${name}`);
      schedules = [
        createSchedule({
          scheduler,
          dueAt: () => (open.size === 0 ? undefined : rest.until()),
          run: () => {
            rest.onRun();
            runEachMinute(feeder, 'feeder')();
          },
        }),
        createSchedule({
          scheduler,
          dueAt: () => (looks.size === 0 || scenario.vendor === undefined ? undefined : Math.min(...looks.values())),
          run: runEachMinute(sweep, 'sweep'),
        }),
      ];
    },
    onLedgerWrite(after) {
      noteWork(after);
      if (isOfBatches(after)) rest.onNews();
      for (const { ring } of schedules) ring();
    },
    onEvent(event) {
      const text = JSON.stringify(event.detail);
      if (event.source === NAMES.feederSource) wakeFeeder(event, text);
      else handUpload(event, text);
    },
  };
}

/** Batches, their lines, and the account's limit and pause. */
function isOfBatches({ id, batch_id }: Item): boolean {
  return batch_id !== undefined || /^(batch:|budget:|pause)/.test(id?.S ?? '');
}

/** How long the feeder's schedule may leave out runs that would find nothing: longer and longer, until there is news. */
function createRest({ limit }: Scenario, scheduler: Scheduler) {
  // Where work waits for the next window of the account's limit, time is news.
  const longest = limit === undefined ? LONGEST_REST_MS : Math.min(LONGEST_REST_MS, limit.everyMs / 4);
  let restMs = 0;
  let ranAt = 0;
  return {
    until: () => Math.max(scheduler.now(), ranAt + restMs),
    onRun() {
      ranAt = scheduler.now();
      restMs = Math.min(longest, Math.max(MINUTE_MS, restMs * 2));
    },
    onNews() {
      restMs = 0;
    },
  };
}
