/** Some of the things it was given, each as likely as any other, provided that their ranks are evenly spread. */
export interface Sample {
  add(rank: number, item: string): void;
  readonly items: readonly string[];
}

/** Keeps the items of the lowest ranks. @param most how many */
export function createSample(most: number): Sample {
  let kept: { readonly rank: number; readonly item: string }[] = [];
  return {
    add(rank, item) {
      const highest = kept.at(-1)?.rank ?? 0;
      if (kept.length >= most && rank >= highest) return;
      kept = [...kept, { rank, item }].toSorted((one, other) => one.rank - other.rank).slice(0, most);
    },
    get items() {
      return kept.map(({ item }) => item);
    },
  };
}
