import * as z from 'zod';
import type { ServiceCall } from '../../guard.ts';
import type { SecretPlan } from '../../service-plan.ts';
import { ACCOUNT, REGION } from '../../template/identities.ts';
import type { Access } from '../evaluate.ts';
import { operationOf } from '../unknown-call.ts';

const inputSchema = z.object({ SecretId: z.string() });

/** @throws UnknownCall, or ZodError for an input without a secret */
export function secretAccess(
  { headers, input }: Pick<ServiceCall, 'headers' | 'input'>,
  secrets: readonly SecretPlan[],
): readonly Access[] {
  const action = `secretsmanager:${operationOf(headers['x-amz-target'])}`;
  const { SecretId } = inputSchema.parse(input());
  return [{ action, resource: secretArn(SecretId, secrets), context: {} }];
}

/** A secret's id is its name or its ARN, with or without the six characters that AWS adds. */
function secretArn(id: string, secrets: readonly SecretPlan[]): string {
  const found = secrets.find(({ name, arn }) => [name, arn, arn.replace(/-\w{6}$/, '')].includes(id));
  if (found !== undefined) return found.arn;
  return id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${id}`;
}
