import { MAX_POINTS, type ProgressPoint } from '../batch.ts';

/** The shortest time between two points, and what it becomes as the batch grows old. */
const LEAST_MS = 1000;

/** Adds a batch's counts to its points, if enough time has passed; when they become too many, every other one goes. */
export function withPoint(points: readonly ProgressPoint[], point: ProgressPoint): readonly ProgressPoint[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first !== undefined && last !== undefined) {
    const apart = Math.max(LEAST_MS, (point.at - first.at) / MAX_POINTS);
    if (point.at - last.at < apart) return points;
  }
  const all = [...points, point];
  // The first and the last one stay.
  return all.length <= MAX_POINTS ? all : all.filter((_, index) => index % 2 === 0 || index === all.length - 1);
}
