import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DeleteStackCommand,
  type Stack,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { describeStack } from '../../cli/src/aws/stacks.ts';

const POLL_MS = 5000;

/** CloudFormation could not delete a stack; the message has its reason. */
export class StackNotDeleted extends Error {
  override readonly name = 'StackNotDeleted';
}

/**
 * Deletes a stack, its termination protection first, and waits until it is gone.
 * @throws StackNotDeleted
 */
export async function deleteStack(client: CloudFormationClient, stack: Stack): Promise<void> {
  // By its ARN: the name is free as soon as the stack is gone.
  const { StackId: StackName = stack.StackName } = stack;
  if (stack.EnableTerminationProtection === true) {
    await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
  }
  await client.send(new DeleteStackCommand({ StackName }));
  for (;;) {
    const { StackStatus, StackStatusReason } = (await describeStack(client, StackName ?? '')) ?? {};
    if (StackStatus === undefined || StackStatus === 'DELETE_COMPLETE') return;
    if (StackStatus === 'DELETE_FAILED') {
      const reason = StackStatusReason ?? 'CloudFormation gives no reason; its events do';
      throw new StackNotDeleted(`${stack.StackName} could not be deleted: ${reason}`);
    }
    await sleep(POLL_MS);
  }
}
