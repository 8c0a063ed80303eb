import type { Invocation } from './models/lambda/environment.ts';

/** In whose name AWS is being used just now. */
export interface Actor {
  current: Invocation | undefined;
}
