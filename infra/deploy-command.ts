import { join } from 'node:path';
import { deployedStages, parseStageName, UnknownStage } from './stages.ts';

const CLI = join(import.meta.dirname, '../node_modules/aws-cdk/bin/cdk');

export interface Command {
  /** The arguments of `node`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command that deploys a stage, storage before service.
 * @param words the stage's name, and after it any option that the CLI takes
 * @throws UnknownStage when the stage is none that can be deployed
 */
export function deployCommand([name, ...options]: readonly string[]): Command {
  if (name === 'local') throw new UnknownStage('the stage local runs on one machine only: npm start runs it');
  const stage = parseStageName(name, deployedStages);
  return {
    args: [CLI, 'deploy', `${stage}/*`, ...options],
    // The other stages need not be synthesised for it.
    env: { REPROCESS_STAGE: stage },
  };
}
