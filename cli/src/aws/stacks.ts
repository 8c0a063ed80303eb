import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { awsSettings } from './place.ts';

export function cloudFormationOf(settings: Parameters<typeof awsSettings>[0]): CloudFormationClient {
  return new CloudFormationClient(awsSettings(settings));
}

/** @throws CommandError when the stack was deployed from another version of the project */
export function outputOf(stacks: readonly Stack[], name: string): string {
  const found = outputIfAny(stacks, name);
  if (found !== undefined) return found;
  const detail = `the stacks have no output ${name}: they are of another version than this command`;
  throw new CommandError('missing_output', EXIT.failed, detail);
}

export function outputIfAny(stacks: readonly Stack[], name: string): string | undefined {
  const outputs = stacks.flatMap(({ Outputs = [] }) => Outputs);
  return outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
}

/** @param StackName or its ARN, under which a stack that was deleted is found for a while @returns undefined when there is none */
export async function describeStack(client: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    return Stacks[0];
  } catch (error) {
    // What CloudFormation says of a stack that it does not know.
    if ((error as Error).name === 'ValidationError') return undefined;
    throw error;
  }
}
