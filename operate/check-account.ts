import type { Stack } from '@aws-sdk/client-cloudformation';
import { type StageName, settingsOf } from '../infra/stages.ts';
import { UsageError } from '../local/args.ts';

/** @throws UsageError when a stack is in another account than the stage's: there may be a stage of the same name */
export function checkAccount(stage: StageName, stacks: readonly Stack[]): void {
  const { account } = settingsOf(stage);
  const strange = stacks.map(({ StackId = '' }) => StackId.split(':')[4]).find((each) => each !== account);
  if (account !== undefined && strange !== undefined) {
    throw new UsageError(`the account of ${stage} is ${account}, and these credentials are of ${strange}`);
  }
}
