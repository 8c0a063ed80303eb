/** Virtual time: it stands still while code runs, and jumps from one event to the next. */
export interface Scheduler {
  /** Epoch ms. */
  now(): number;
  /** Runs something so many ms from now; returns what calls it off. */
  after(ms: number, run: () => void): () => void;
  sleep(ms: number): Promise<void>;
  /** Runs every event, and what it brings about, until none is left or time would pass `until`. Returns whether all ran. */
  run(until: number): Promise<boolean>;
}

interface Planned {
  readonly at: number;
  /** Of two events at one time the one that was planned first runs first. */
  readonly rank: number;
  run: (() => void) | undefined;
}

/** No code under it may wait for real time or real input. */
export function createScheduler(start: number): Scheduler {
  const drain = createDrain();
  const heap: Planned[] = [];
  let now = start;
  let planned = 0;

  function after(ms: number, run: () => void): () => void {
    const event: Planned = { at: now + Math.max(0, ms), rank: planned++, run };
    push(heap, event);
    return () => {
      event.run = undefined;
    };
  }

  async function run(until: number): Promise<boolean> {
    await drain();
    for (let event = heap[0]; event !== undefined; event = heap[0]) {
      if (event.at > until) return false;
      pop(heap);
      if (event.run === undefined) continue;
      now = event.at;
      event.run();
      await drain();
    }
    return true;
  }

  return { now: () => now, after, run, sleep: (ms) => new Promise((resolve) => after(ms, resolve)) };
}

/** So many events run in one turn of Node's own loop. */
const AT_ONCE = 200;

/**
 * Resolves when no promise job is left. Node runs an immediate when all of them have run, however many they bring about, also
 * where several immediates were planned together: a turn of its loop for each of them would cost as much as the event itself.
 */
function createDrain(): () => Promise<void> {
  let planned = 0;
  let proceed = () => {};

  function next(): void {
    planned -= 1;
    const run = proceed;
    proceed = () => {};
    run();
  }

  return () =>
    new Promise((resolve) => {
      proceed = resolve;
      if (planned > 0) return;
      for (planned = 0; planned < AT_ONCE; planned += 1) setImmediate(next);
    });
}

// A binary heap, the next event on top.
function push(heap: Planned[], event: Planned): void {
  let index = heap.push(event) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(event, heap[parent])) break;
    heap[index] = heap[parent] as Planned;
    index = parent;
  }
  heap[index] = event;
}

function pop(heap: Planned[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[child], last)) break;
    heap[index] = heap[child] as Planned;
    index = child;
  }
  heap[index] = last;
}

function isBefore(one: Planned | undefined, other: Planned | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  return one.at < other.at || (one.at === other.at && one.rank < other.rank);
}
