import type { LiveFunction } from './live-functions.ts';

/** Versions of each function that stay, for a way back. */
export const KEPT_VERSIONS = 5;

/** The stage cannot be rolled back now. The message says why, and what to do. */
export class RollbackImpossible extends Error {
  override readonly name = 'RollbackImpossible';
}

export interface Move {
  readonly name: string;
  readonly alias: string;
  readonly from: number;
  readonly to: number;
}

/**
 * How to roll back the last deploy: each alias that points to a version of it goes to the version before. One that the
 * deploy did not change stays, and so a second call changes nothing more.
 * @param deployedAt when the last deploy began; epoch ms, undefined when there was only the first one
 * @throws RollbackImpossible
 */
export function planRollback(functions: readonly LiveFunction[], deployedAt: number | undefined): readonly Move[] {
  const shifting = functions.filter(({ shifting: versions }) => versions.length > 0).map(({ name }) => name);
  if (shifting.length > 0) {
    throw new RollbackImpossible(
      `a rollout of ${shifting.join(', ')} is under way: stop it, which takes it back (docs/runbook.md#go-back-to-the-version-before)`,
    );
  }
  if (deployedAt === undefined)
    throw new RollbackImpossible('the stage was deployed once only: there is no version before');
  const moves = functions.flatMap(({ name, alias, current, versions }) => {
    const version = versions.find(({ number }) => number === current);
    if (version === undefined || version.publishedAt < deployedAt) return [];
    const before = versions.filter(({ number }) => number < current).at(-1);
    return before === undefined ? [] : [{ name, alias, from: current, to: before.number }];
  });
  if (moves.length === 0) {
    throw new RollbackImpossible(
      `no function is at a version of the last deploy, which began at ${new Date(deployedAt).toISOString()}: it changed none, or was taken back already`,
    );
  }
  return moves;
}

/** The versions that nobody needs any more: neither in use nor among the newest. */
export function planPruning({ current, shifting, versions }: LiveFunction): readonly number[] {
  const numbers = versions.map(({ number }) => number);
  const needed = new Set([...numbers.slice(-KEPT_VERSIONS), current, ...shifting]);
  return numbers.filter((number) => !needed.has(number));
}
