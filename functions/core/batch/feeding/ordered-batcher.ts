/** What goes out in a batch. */
export interface BatchItem {
  /** Items of one key go out one after the other: the next when SQS has the one before. */
  readonly key: string;
  readonly bytes: number;
}

export interface OrderedBatcher<Item extends BatchItem> {
  add(item: Item): void;
  readonly isEmpty: boolean;
  /** Batches that are out. */
  readonly out: number;
  /** What is to be sent now; nothing while it pays to wait for a fuller batch. */
  nextBatch(): readonly Item[];
  /** A batch has come back. @param failed the indexes of those that must go out again, before what follows them */
  settle(batch: readonly Item[], failed: readonly number[]): void;
}

// SQS's limits for one SendMessageBatch.
const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;
/** Batches on their way at once: at 20 ms each they carry 5,000 lines a second. */
const MAX_OUT = 10;

/**
 * Puts items into batches so that those of one key keep their order, whatever becomes of a batch: an item goes out only
 * when no other of its key is on its way, and one that failed goes first. Keys do not wait for each other.
 */
export function createOrderedBatcher<Item extends BatchItem>(): OrderedBatcher<Item> {
  // Of each key, what is not yet taken by SQS; the first one is either ready or out.
  const held = new Map<string, Item[]>();
  let ready: Item[] = [];
  let out = 0;

  function takeBatch(): readonly Item[] {
    let size = 0;
    let length = 0;
    for (const item of ready.slice(0, MAX_ENTRIES)) {
      size += item.bytes;
      if (length > 0 && size > MAX_BYTES) break;
      length += 1;
    }
    return ready.splice(0, length);
  }

  return {
    add(item) {
      const same = held.get(item.key);
      if (same !== undefined) {
        same.push(item);
        return;
      }
      held.set(item.key, [item]);
      ready.push(item);
    },
    get isEmpty() {
      return held.size === 0;
    },
    get out() {
      return out;
    },
    nextBatch() {
      // A short batch goes only when nothing on its way could lengthen it.
      const isWorthIt = ready.length >= MAX_ENTRIES || out === 0;
      if (out >= MAX_OUT || !isWorthIt || ready.length === 0) return [];
      out += 1;
      return takeBatch();
    },
    settle(batch, failed) {
      out -= 1;
      ready = [...failed.flatMap((index) => batch[index] ?? []), ...ready];
      for (const [index, item] of batch.entries()) {
        if (failed.includes(index)) continue;
        const same = held.get(item.key) ?? [];
        same.shift();
        const [next] = same;
        if (next === undefined) held.delete(item.key);
        else ready.push(next);
      }
    },
  };
}
