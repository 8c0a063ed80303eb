import { DeleteFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsSettings } from '../../cli/src/aws/place.ts';
import { cloudFormationOf, describeStack } from '../../cli/src/aws/stacks.ts';
import { stackName } from '../../infra/names.ts';
import { deployedStages, parseStageName, settingsOf } from '../../infra/stages.ts';
import { UsageError } from '../../local/args.ts';
import { parseWords } from '../arguments.ts';
import { checkAccount } from '../check-account.ts';
import { findLiveFunctions } from './live-functions.ts';
import { KEPT_VERSIONS, planPruning } from './plan.ts';

export const USAGE = `node operate/prune-versions.ts STAGE

  Deletes old versions of a stage's functions: all but the newest ${KEPT_VERSIONS} and those in use. npm run deploy does it at its end.

  STAGE    a deployed stage
  --help   shows this`;

export async function run(args: readonly string[]): Promise<number> {
  const { words } = parseWords(args, { values: [] }, USAGE);
  const [name, ...more] = words;
  if (name === undefined || more.length > 0) throw new UsageError(USAGE);
  const stage = parseStageName(name, deployedStages);
  const cloudFormation = cloudFormationOf(settingsOf(stage));
  const stack = await describeStack(cloudFormation, stackName(stage, 'service'));
  if (stack === undefined) return 0;
  checkAccount(stage, [stack]);
  const lambda = new LambdaClient(awsSettings(settingsOf(stage)));
  for (const target of await findLiveFunctions(stage, cloudFormation, lambda)) {
    const old = planPruning(target);
    for (const version of old) {
      await lambda.send(new DeleteFunctionCommand({ FunctionName: target.name, Qualifier: String(version) }));
    }
    if (old.length > 0)
      console.log(`${target.name}: deleted the old ${old.length === 1 ? 'version' : 'versions'} ${old.join(', ')}`);
  }
  return 0;
}
