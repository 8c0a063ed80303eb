import type { Context } from './conditions.ts';
import type { Grant, Principal, Statement } from './policy.ts';

/** One action of a call on one resource. */
export interface Access {
  /** `sqs:SendMessage`. */
  readonly action: string;
  /** An ARN; `*` for an action without resources. */
  readonly resource: string;
  readonly context: Context;
}

export interface Policies {
  /** Of the principal's role. */
  readonly ofRole: readonly Statement[];
  /** Of the resource. */
  readonly ofResource: readonly Statement[];
}

export type Decision =
  | { readonly allowed: true; readonly by: readonly Grant[] }
  /** In AWS's own words, for the end of an error message. */
  | { readonly allowed: false; readonly reason: string };

/**
 * AWS's decision within one account: a Deny of either policy wins, otherwise an Allow of either is enough (IAM user guide, policy
 * evaluation logic). An Allow for the whole account leaves the decision to the account's own policies, here the role's.
 */
export function evaluate(principal: Principal, access: Access, { ofRole, ofResource }: Policies): Decision {
  const { action, resource, context } = access;
  const appliesTo = ({ hasAction, hasResource, isMet }: Statement) =>
    hasAction(action) && hasResource(resource) && isMet(context);
  const role = ofRole.filter(appliesTo);
  const own = ofResource.filter((each) => each.hasPrincipal?.(principal) && appliesTo(each));
  const isDenied = (statements: readonly Statement[]) => statements.some(({ effect }) => effect === 'Deny');
  if (isDenied(role)) return refused('with an explicit deny in an identity-based policy');
  if (isDenied(own)) return refused('with an explicit deny in a resource-based policy');
  const allowing = [...role, ...own.filter((each) => each.hasPrincipal?.(principal) === 'named')];
  if (allowing.length > 0) {
    const covered = ({ grants }: Statement) => grants.filter(({ covers }) => covers(action, resource));
    return { allowed: true, by: allowing.flatMap(covered) };
  }
  const kind = principal.kind === 'role' ? 'identity' : 'resource';
  return refused(`because no ${kind}-based policy allows the ${action} action`);
}

function refused(reason: string): Decision {
  return { allowed: false, reason };
}
