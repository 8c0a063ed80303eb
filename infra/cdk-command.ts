import { join } from 'node:path';
import { checkDeployable, deployedStages, parseStageName, settingsOf, UnknownStage } from './stages.ts';

const CLI = join(import.meta.dirname, '../node_modules/aws-cdk/bin/cdk');
/** Versions of functions outlive their deploy, for a way back: somebody has to delete the old ones. */
const PRUNE = join(import.meta.dirname, '../operate/prune-versions.ts');

export interface Command {
  /** The arguments of `node`. */
  readonly args: readonly string[];
  /** Those of what is run when the command has succeeded. */
  readonly afterwards?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The CLI's command for a whole stage; it deploys storage, service and monitoring in this order.
 * @param words the stage's name, and after it any option that the CLI takes
 * @throws UnknownStage when the stage is none that can be deployed; NotDeployable before a deploy that should not be
 */
export function cdkCommand(action: 'deploy' | 'diff', [name, ...options]: readonly string[]): Command {
  if (name === 'local') throw new UnknownStage('the stage local runs on one machine only: npm start runs it');
  const stage = parseStageName(name, deployedStages);
  if (action === 'deploy') checkDeployable(stage, settingsOf(stage));
  return {
    args: [CLI, action, `${stage}/*`, ...options],
    // The other stages need not be synthesised for it.
    env: { REPROCESS_STAGE: stage },
    ...(action === 'deploy' && !options.includes('--help') && { afterwards: [PRUNE, stage] }),
  };
}
