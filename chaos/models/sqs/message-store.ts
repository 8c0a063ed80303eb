import type { Outgoing } from './rules.ts';

/** A message that a queue keeps. */
export interface Stored extends Outgoing {
  readonly messageId: string;
  readonly sequence: number;
  readonly sentAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  receivedAt: number;
  /** Epoch ms until which it is in flight; 0 once it was shown again. */
  hiddenUntil: number;
}

/** Where a queue keeps its messages: by group, each group in its order. */
export interface MessageStore {
  add(message: Stored): void;
  drop(message: Stored): void;
  /** Drops what was sent so long ago that the queue forgets it. */
  forget(now: number): void;
  find(messageId: string): Stored | undefined;
  all(): readonly Stored[];
  group(groupId: string): readonly Stored[];
  /** The groups that hold a message, the one whose first message is the oldest first. */
  groupIds(): readonly string[];
  /** The first message of each group, in no order. */
  heads(): Iterable<Stored>;
}

export function createMessageStore(retentionMs: number): MessageStore {
  const groups = new Map<string, Stored[]>();
  const byId = new Map<string, Stored>();
  /** Epoch ms before which nothing is forgotten. */
  let forgetsAt = Number.POSITIVE_INFINITY;

  function drop(message: Stored): void {
    byId.delete(message.messageId);
    const left = (groups.get(message.groupId) ?? []).filter((other) => other !== message);
    if (left.length > 0) groups.set(message.groupId, left);
    else groups.delete(message.groupId);
  }

  return {
    drop,
    add(message) {
      forgetsAt = Math.min(forgetsAt, message.sentAt + retentionMs);
      byId.set(message.messageId, message);
      groups.set(message.groupId, [...(groups.get(message.groupId) ?? []), message]);
    },
    forget(now) {
      if (now < forgetsAt) return;
      for (const group of [...groups.values()]) {
        for (const message of group) {
          // A group's oldest stands first.
          if (message.sentAt + retentionMs > now) break;
          drop(message);
        }
      }
      forgetsAt = Math.min(...[...byId.values()].map(({ sentAt }) => sentAt + retentionMs));
    },
    find: (messageId) => byId.get(messageId),
    all: () => [...byId.values()],
    group: (groupId) => groups.get(groupId) ?? [],
    groupIds() {
      const byAge = [...groups].sort(([, [one]], [, [other]]) => (one?.sequence ?? 0) - (other?.sequence ?? 0));
      return byAge.map(([groupId]) => groupId);
    },
    *heads() {
      for (const [head] of groups.values()) if (head !== undefined) yield head;
    },
  };
}
