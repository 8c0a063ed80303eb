/** What the process ends with. */
export const EXIT = {
  /** All finished. */
  finished: 0,
  /** Some failed, or the service refused. */
  failed: 1,
  /** The command line, or a file, cannot be used. */
  usage: 2,
  /** Stopped waiting. The work goes on. */
  stopped: 3,
  notAllowed: 4,
  notReached: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
