import { RemovalPolicy } from 'aws-cdk-lib';
import type { StageSettings } from '../stages.ts';

/** Kept data outlives its stack, but not a first deploy that fails: what that left behind would stand in the next one's way. */
export function removalPolicyOf({ keepsData }: Pick<StageSettings, 'keepsData'>): RemovalPolicy {
  return keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
