import type { OutputOptions } from './terminal/output.ts';

/** The options of every command. */
export interface GlobalOptions extends OutputOptions {
  /** False after `--no-input`. */
  readonly input?: boolean | undefined;
  readonly profile?: string | undefined;
  readonly stage?: string | undefined;
  readonly port?: string | undefined;
}
