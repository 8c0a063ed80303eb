import { createInterface } from 'node:readline/promises';
import type { CloudFormationClient, Stack } from '@aws-sdk/client-cloudformation';
import { cloudFormationOf, describeStack } from '../../cli/src/aws/stacks.ts';
import { stackName } from '../../infra/names.ts';
import { type StageName, settingsOf } from '../../infra/stages.ts';
import { UsageError } from '../../local/args.ts';
import { checkAccount } from '../check-account.ts';
import { deleteStack } from './delete-stack.ts';
import { type DestroyOrder, parseDestroyOrder } from './options.ts';

/** What uses another's exports goes first. */
const ORDER = ['monitoring', 'deployment', 'service', 'storage'] as const;

export async function run(args: readonly string[]): Promise<number> {
  const order = parseDestroyOrder(args);
  const { stage } = order;
  const client = cloudFormationOf(settingsOf(stage));
  const stacks = await findStacks(client, order);
  if (stacks.length === 0) {
    console.log(`there is no stack of ${stage} to delete in this account and region`);
    return 0;
  }
  console.error(consequences(order, stacks));
  if (!order.isConfirmed && !(await isConfirmedBy(stage))) {
    console.error('nothing was deleted');
    return 1;
  }
  for (const stack of stacks) {
    console.log(`${stack.StackName}: deleting`);
    await deleteStack(client, stack);
    console.log(`${stack.StackName}: deleted`);
  }
  return 0;
}

/** @throws UsageError when they are in another account than the stage's */
async function findStacks(client: CloudFormationClient, { stage, withStorage }: DestroyOrder): Promise<Stack[]> {
  const names = ORDER.filter((stack) => stack !== 'storage' || withStorage).map((stack) => stackName(stage, stack));
  const found = await Promise.all(names.map((name) => describeStack(client, name)));
  const stacks = found.filter((stack) => stack !== undefined);
  checkAccount(stage, stacks);
  return stacks;
}

function consequences({ stage, withStorage }: DestroyOrder, stacks: readonly Stack[]): string {
  const { keepsData } = settingsOf(stage);
  const lines = stacks.map(({ StackId, StackName }) => `  ${StackId ?? StackName}`);
  const lost =
    'Until the stage is deployed again, uploads and calls of the webhook are lost, and partners get no answer.';
  const kept = 'Queues, ledger, bucket, secrets and logs stay';
  const data = keepsData
    ? `${kept}${withStorage ? ', and belong to no stack: the next deploy fails until they are imported' : ''}.`
    : 'All that is in its queues, ledger, bucket, secrets and logs is deleted for good.';
  return [`This deletes, of the stage ${stage}:`, ...lines, lost, data].join('\n');
}

/** @throws UsageError where nobody can be asked */
async function isConfirmedBy(stage: StageName): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UsageError(`nobody can be asked here: give --yes-destroy ${stage} to delete it`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Type ${stage} to go on: `);
  terminal.close();
  return answer.trim() === stage;
}
