import { ZodError } from 'zod';
import type { Guard, Refusal, ServiceCall } from '../guard.ts';
import type { ServicePlan } from '../service-plan.ts';
import { ACCOUNT } from '../template/identities.ts';
import type { RolePlan } from '../template/permissions.ts';
import { dynamoAccess, partitionKeysOf } from './calls/dynamodb.ts';
import { eventBridgeAccess } from './calls/event-bridge.ts';
import { listAccess, s3Access } from './calls/s3.ts';
import { secretAccess } from './calls/secrets-manager.ts';
import { sqsAccess } from './calls/sqs.ts';
import type { Context } from './conditions.ts';
import { type Access, evaluate } from './evaluate.ts';
import type { Grant, Principal } from './policy.ts';
import { deniedMessage, refusalOf } from './refusal.ts';
import { UnknownCall } from './unknown-call.ts';

/** A call that a function's role does not allow. */
export interface RefusedAccess {
  readonly functionName: string;
  /** The error message for the function. */
  readonly message: string;
}

export interface UnusedGrant extends Pick<Grant, 'action' | 'resource'> {
  readonly functionName: string;
}

/** Checks the calls of functions by the policies of the template. All other callers have all permissions. */
export interface Authority extends Guard {
  refusals(): readonly RefusedAccess[];
  /** Permissions of roles that no call has needed so far. */
  unusedGrants(): readonly UnusedGrant[];
}

type AuthorityPlan = Pick<ServicePlan, 'permissions' | 'tables' | 'secrets'>;

/** Condition keys of every request. Local HTTP counts as TLS, which AWS requires. */
const EVERY_REQUEST: Context = { 'aws:securetransport': 'true', 's3:tlsversion': '1.3' };

/** @param onRefusal called with each refusal, because a function may hide it */
export function createAuthority(
  plan: AuthorityPlan,
  onRefusal: (refused: RefusedAccess) => void = () => {},
): Authority {
  const { roles, resourcePolicies } = plan.permissions;
  const accessesOf = accessReader(plan);
  const used = new Set<Grant>();
  const refusals: RefusedAccess[] = [];

  /** @returns the refusal's message */
  function refusedBy(role: RolePlan, access: Access, service: ServiceCall['service']): string | undefined {
    const ofResource = resourcePolicies
      .filter(({ resource }) => access.resource === resource || access.resource.startsWith(`${resource}/`))
      .flatMap(({ statements }) => statements);
    const complete = { ...access, context: { ...EVERY_REQUEST, ...access.context } };
    const decision = evaluate(principalOf(role), complete, { ofRole: role.statements, ofResource });
    if (!decision.allowed) return deniedMessage(service, { caller: sessionArn(role), ...access, ...decision });
    for (const grant of decision.by) used.add(grant);
    return undefined;
  }

  function firstRefusal(role: RolePlan, call: ServiceCall): string | undefined {
    try {
      return accessesOf(call)
        .map((access) => refusedBy(role, access, call.service))
        .find((message) => message !== undefined);
    } catch (error) {
      if (error instanceof UnknownCall || error instanceof ZodError || error instanceof SyntaxError)
        return error.message;
      throw error;
    }
  }

  const roleOf = (call: ServiceCall) => {
    const key = accessKeyOf(call);
    return key === undefined ? undefined : roles.find(({ functionName }) => functionName === key);
  };

  function check(call: ServiceCall): Refusal | undefined {
    const role = roleOf(call);
    const message = role && firstRefusal(role, call);
    if (role === undefined || message === undefined) return undefined;
    const refused = { functionName: role.functionName, message };
    refusals.push(refused);
    onRefusal(refused);
    return refusalOf(call, message);
  }

  function hide(call: ServiceCall): Refusal | undefined {
    const role = roleOf(call);
    const [message] = role ? listAccess(call).map((access) => refusedBy(role, access, 's3')) : [];
    return message === undefined ? undefined : refusalOf(call, message);
  }

  return {
    check,
    hide,
    refusals: () => refusals,
    unusedGrants: () =>
      roles.flatMap(({ functionName, statements }) => {
        const grants = statements.flatMap((statement) => statement.grants).filter((grant) => !used.has(grant));
        return grants.map(({ action, resource }) => ({ functionName, action, resource }));
      }),
  };
}

function accessReader({ tables, secrets }: AuthorityPlan): (call: ServiceCall) => readonly Access[] {
  const keys = partitionKeysOf(tables);
  return (call) => {
    switch (call.service) {
      case 'sqs':
        return sqsAccess(call);
      case 's3':
        return s3Access(call);
      case 'dynamodb':
        return dynamoAccess(call, keys);
      case 'secretsmanager':
        return secretAccess(call, secrets);
      case 'events':
        return eventBridgeAccess(call);
    }
  };
}

/**
 * Each function signs with its own name (lambda.ts), in a header or, for presigned URLs, in the query. The signature itself is
 * not checked.
 */
function accessKeyOf({ headers, url }: ServiceCall): string | undefined {
  const [, query = ''] = url.split(/\?(.*)/s);
  const credential = /\bCredential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  return (credential ?? new URLSearchParams(query).get('X-Amz-Credential') ?? undefined)?.split('/')[0];
}

function principalOf(role: RolePlan): Principal {
  return { kind: 'role', account: ACCOUNT, roleArn: role.arn, sessionArn: sessionArn(role) };
}

function sessionArn({ arn, functionName }: RolePlan): string {
  return `arn:aws:sts::${ACCOUNT}:assumed-role/${arn.split('/').at(-1)}/${functionName}`;
}
