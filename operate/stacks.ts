import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { awsSettings } from './place.ts';

export function cloudFormationOf(stage: string): CloudFormationClient {
  return new CloudFormationClient(awsSettings(stage));
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
