import { LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { awsSettings } from '../../cli/src/aws/place.ts';
import { cloudFormationOf, describeStack } from '../../cli/src/aws/stacks.ts';
import { stackName } from '../../infra/names.ts';
import { deployedStages, parseStageName, settingsOf } from '../../infra/stages.ts';
import { onlyStage, parseWords } from '../arguments.ts';
import { checkAccount } from '../check-account.ts';
import { findLiveFunctions } from './live-functions.ts';
import { planRollback, RollbackImpossible } from './plan.ts';

export const USAGE = `npm run rollback -- --stage STAGE

  Points the alias of each function that the last deploy changed back to the version before. It takes effect at once.

  --stage STAGE  a deployed stage
  --help         shows this`;

export async function run(args: readonly string[]): Promise<number> {
  const { words, options } = parseWords(args, { values: ['stage'] }, USAGE);
  const stage = parseStageName(onlyStage(options.stage, words), deployedStages);
  const cloudFormation = cloudFormationOf(settingsOf(stage));
  const lambda = new LambdaClient(awsSettings(settingsOf(stage)));
  const stack = await describeStack(cloudFormation, stackName(stage, 'service'));
  if (stack === undefined) throw new RollbackImpossible(`there is no stack ${stackName(stage, 'service')} here`);
  checkAccount(stage, [stack]);
  if (stack.StackStatus?.endsWith('_IN_PROGRESS')) {
    throw new RollbackImpossible(`${stack.StackName} is ${stack.StackStatus}: wait until it ends, or stop its rollout`);
  }
  const functions = await findLiveFunctions(stage, cloudFormation, lambda);
  const moves = planRollback(functions, stack.LastUpdatedTime?.getTime());
  for (const { name: FunctionName, alias: Name, from, to } of moves) {
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name, FunctionVersion: String(to) }));
    console.log(`${FunctionName}: ${Name} points to version ${to}, and no longer to ${from}`);
  }
  console.log('The stack still names the newer versions: deploy the repair with "rollout": "all-at-once".');
  return 0;
}
