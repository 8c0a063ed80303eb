import type { Limits } from './ports.ts';

/** Too late to begin. An invocation that was cut off may even wake up in the next one; it must do nothing more. */
export function isOver({ signal, deadline, startsUntil = deadline }: Limits, now: number): boolean {
  return signal.aborted || now >= startsUntil;
}
