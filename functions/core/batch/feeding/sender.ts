import { DependencyUnavailable } from '../../errors.ts';
import { type BatchItem, createOrderedBatcher } from './ordered-batcher.ts';

export interface Sender<Item> {
  add(item: Item): void;
  readonly isEmpty: boolean;
  readonly isOut: boolean;
  /** Sends the batches that are ready. */
  start(): void;
  /** The reason why nothing of some batch went through since the last call. What is refused one by one is just sent again. */
  takeFailure(): DependencyUnavailable | undefined;
}

export interface SenderParts<Item> {
  /** Whether another batch may go just now. */
  readonly mayStart: () => boolean;
  /** @returns the indexes of what was not taken. @throws DependencyUnavailable */
  readonly send: (batch: readonly Item[]) => Promise<readonly number[]>;
  readonly onSent: (item: Item) => void;
  /** Called whenever a batch has come back. */
  readonly onReturn: () => void;
  readonly dependency: DependencyUnavailable['dependency'];
}

/** Sends items in batches, and what was not taken again, in the order that a batcher keeps. */
export function createSender<Item extends BatchItem>({
  mayStart,
  send,
  onSent,
  onReturn,
  dependency,
}: SenderParts<Item>): Sender<Item> {
  const batcher = createOrderedBatcher<Item>();
  let failure: DependencyUnavailable | undefined;
  let broken: unknown;

  async function sendBatch(batch: readonly Item[]): Promise<void> {
    let failed: readonly number[] = [...batch.keys()];
    try {
      failed = await send(batch);
      if (failed.length === batch.length)
        failure = new DependencyUnavailable(dependency, new Error('it took no entry'));
    } catch (error) {
      if (error instanceof DependencyUnavailable) failure = error;
      else broken = error;
    }
    batcher.settle(batch, failed);
    for (const [index, item] of batch.entries()) if (!failed.includes(index)) onSent(item);
    onReturn();
  }

  return {
    add: batcher.add,
    get isEmpty() {
      return batcher.isEmpty;
    },
    get isOut() {
      return batcher.out > 0;
    },
    start() {
      while (mayStart()) {
        const batch = batcher.nextBatch();
        if (batch.length === 0) return;
        void sendBatch(batch);
      }
    },
    takeFailure() {
      if (broken !== undefined) throw broken;
      const taken = failure;
      failure = undefined;
      return taken;
    },
  };
}
