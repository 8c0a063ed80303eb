import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { awsSettings } from './place.ts';

export function cloudFormationOf(stage: string): CloudFormationClient {
  return new CloudFormationClient(awsSettings(stage));
}

/** A stack was deployed from another version of the project. */
export class MissingOutput extends Error {
  override readonly name = 'MissingOutput';
}

/** @throws MissingOutput */
export function outputOf(stacks: readonly Stack[], name: string): string {
  const outputs = stacks.flatMap(({ Outputs = [] }) => Outputs);
  const found = outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  if (found !== undefined) return found;
  throw new MissingOutput(`the stacks have no output ${name}: they are of another version than this command`);
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
