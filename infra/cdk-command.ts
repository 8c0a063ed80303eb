import { join } from 'node:path';
import { checkDeployable, deployedStages, parseStageName, settingsOf, UnknownStage } from './stages.ts';

const CLI = join(import.meta.dirname, '../node_modules/aws-cdk/bin/cdk');
/** Versions of functions outlive their deploy, for a way back: somebody has to delete the old ones. */
const PRUNE = join(import.meta.dirname, '../operate/prune-versions.ts');

export interface Command {
  /** The arguments of `node`. */
  readonly args: readonly string[];
  /** Those of what is run when the command has succeeded, in the same environment. */
  readonly afterwards?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type Action = 'deploy' | 'diff';

const DOES: Readonly<Record<Action, string>> = {
  deploy: 'Deploys a stage: storage, service and monitoring, in this order.',
  diff: 'Shows what a deploy would change, and changes nothing.',
};

export function usageOf(action: Action): string {
  return `npm run ${action} -- --stage STAGE [options of cdk ${action}]

  ${DOES[action]}

  --stage STAGE  one of ${deployedStages.join(', ')}
  --help         shows this; npx cdk ${action} --help shows the options of the CLI`;
}

/**
 * The CLI's command for a whole stage; it deploys storage, service and monitoring in this order.
 * @param words the stage, by --stage or as the first word, and any option that the CLI takes
 * @throws UnknownStage when the stage is none that can be deployed; NotDeployable before a deploy that should not be
 */
export function cdkCommand(action: Action, words: readonly string[]): Command {
  const { name, options } = stageIn(words);
  if (name === 'local') throw new UnknownStage('the stage local runs on one machine only: npm start runs it');
  const stage = parseStageName(name, deployedStages);
  if (action === 'deploy') checkDeployable(stage, settingsOf(stage));
  return {
    args: [CLI, action, `${stage}/*`, ...options],
    env: {
      // The other stages need not be synthesised for it.
      REPROCESS_STAGE: stage,
      // What runs afterwards has to look into the same account, and takes no options of the CLI's.
      ...profileIn(options),
    },
    ...(action === 'deploy' && !options.includes('--help') && { afterwards: [PRUNE, stage] }),
  };
}

function profileIn(options: readonly string[]): { readonly AWS_PROFILE?: string } {
  const profile = optionIn(options, '--profile')?.value;
  return profile === undefined ? {} : { AWS_PROFILE: profile };
}

/** @throws UnknownStage when there are two */
function stageIn(words: readonly string[]): { readonly name: string | undefined; readonly options: readonly string[] } {
  const given = optionIn(words, '--stage');
  if (given === undefined) return { name: words[0], options: words.slice(1) };
  const { value: name, others: options } = given;
  if (options[0] === undefined || options[0].startsWith('-')) return { name, options };
  throw new UnknownStage(`the stage must be named once, got ${JSON.stringify(name)} and ${JSON.stringify(options[0])}`);
}

/** An option's value, `--name VALUE` or `--name=VALUE`, and the words without it. */
function optionIn(words: readonly string[], option: string) {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  if (at === -1) return undefined;
  const [, inline] = (words[at] ?? '').split('=');
  return { value: inline ?? words[at + 1], others: words.toSpliced(at, inline === undefined ? 2 : 1) };
}
