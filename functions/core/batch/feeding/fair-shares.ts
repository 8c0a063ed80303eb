/** Lines that an owner may send in a row before it is the next one's turn. */
export const QUANTUM = 10;

export interface FairShares {
  /**
   * Shares out some lines among those who want to send.
   * @param wants how many lines each owner has waiting
   * @returns how many of them each may send now
   */
  take(lines: number, wants: ReadonlyMap<string, number>): ReadonlyMap<string, number>;
}

/**
 * Deficit round robin: each owner in its turn, and a turn that lines ran out in goes on when there are more. So over time all
 * owners who have lines waiting send equally many, however many they have and however few are shared out at once.
 */
export function createFairShares(): FairShares {
  /** The owners in the order of their turns; the first one's turn has begun. */
  let turns: string[] = [];
  /** What is left of the first one's turn. */
  let left = QUANTUM;

  function join(wants: ReadonlyMap<string, number>): void {
    const [current] = turns;
    turns = turns.filter((owner) => wants.has(owner));
    if (current !== turns[0]) left = QUANTUM;
    for (const owner of wants.keys()) if (!turns.includes(owner)) turns.push(owner);
  }

  function next(): void {
    turns.push(...turns.splice(0, 1));
    left = QUANTUM;
  }

  return {
    take(lines, wants) {
      join(wants);
      const shares = new Map<string, number>();
      const total = [...wants.values()].reduce((sum, want) => sum + want, 0);
      let rest = Math.min(lines, total);
      while (rest > 0) {
        const owner = turns[0] ?? '';
        const has = shares.get(owner) ?? 0;
        const taken = Math.min(left, rest, (wants.get(owner) ?? 0) - has);
        shares.set(owner, has + taken);
        rest -= taken;
        left -= taken;
        if (left === 0 || taken === 0) next();
      }
      return new Map([...shares].filter(([, share]) => share > 0));
    },
  };
}
