/** The value that so many hundredths of the samples stay below. */
export function percentile(samples: readonly number[], hundredths: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.floor((sorted.length * hundredths) / 100));
  return sorted[index] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** How far the middle half of the samples is apart, as a share of their median. */
export function spread(samples: readonly number[]): number {
  return (percentile(samples, 75) - percentile(samples, 25)) / median(samples);
}

/** Jain's index of fairness: 1 when all have the same, 1 over their number when one has everything. */
export function jainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return sum ** 2 / (shares.length * squares);
}
