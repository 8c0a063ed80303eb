import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DependencyUnavailable } from '../../core/errors.ts';

/** A conditional write's output; undefined when its condition did not hold. @throws DependencyUnavailable */
export async function ifConditionHolds<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw new DependencyUnavailable('ledger', error);
  }
}

/** @throws DependencyUnavailable */
export async function orUnavailable<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw new DependencyUnavailable('ledger', error);
  }
}
