import type { Servers } from './servers/servers.ts';
import type { Variants } from './variants.ts';

/** What every part is given. */
export interface Bench {
  readonly servers: Servers;
  readonly variants: Variants;
  /** See startExecution. */
  readonly runtime: string;
  /** As large as the goals say, in place of what fits into five minutes. */
  readonly full: boolean;
}
