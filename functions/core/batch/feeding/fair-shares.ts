/** Lines that an owner may send in a row before it is the next one's turn. */
export const QUANTUM = 10;

/** Whose turn it is, and how many lines are left of it. */
export interface Turn {
  readonly owner: string;
  readonly left: number;
}

export interface FairShares {
  /** Where the next shares begin. */
  readonly turn: Turn;
  /**
   * Shares out some lines among those who want to send.
   * @param wants how many lines each owner has waiting
   * @returns how many of them each may send now
   */
  take(lines: number, wants: ReadonlyMap<string, number>): ReadonlyMap<string, number>;
}

/**
 * Deficit round robin: each owner in its turn, and a turn that lines ran out in goes on when there are more. So over time all
 * owners who have lines waiting send equally many, however many they have and however few are shared out at once. Turns go by
 * the owners' names: whoever knows one turn knows the next, also where that owner is gone.
 * @param from what `turn` was when lines were shared out before
 */
export function createFairShares(from: Turn = { owner: '', left: QUANTUM }): FairShares {
  let turn = from;

  /** The turn's owner, or the next one by name that has lines. @returns its index */
  function goOn(owners: readonly string[]): number {
    const index = Math.max(
      0,
      owners.findIndex((owner) => owner >= turn.owner),
    );
    if (owners[index] !== turn.owner) begin(owners[index]);
    return index;
  }

  function begin(owner = ''): void {
    turn = { owner, left: QUANTUM };
  }

  return {
    get turn() {
      return turn;
    },
    take(lines, wants) {
      const shares = new Map<string, number>();
      const total = [...wants.values()].reduce((sum, want) => sum + want, 0);
      let rest = Math.min(lines, total);
      if (rest <= 0) return shares;
      const owners = [...wants.keys()].sort();
      let index = goOn(owners);
      while (rest > 0) {
        const { owner, left } = turn;
        const has = shares.get(owner) ?? 0;
        const taken = Math.min(left, rest, (wants.get(owner) ?? 0) - has);
        shares.set(owner, has + taken);
        rest -= taken;
        turn = { owner, left: left - taken };
        if (turn.left > 0 && taken > 0) continue;
        index = (index + 1) % owners.length;
        begin(owners[index]);
      }
      return new Map([...shares].filter(([, share]) => share > 0));
    },
  };
}
