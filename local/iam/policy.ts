import * as z from 'zod';
import { UnsupportedTemplate } from '../template/intrinsics.ts';
import { type Condition, compileConditions } from './conditions.ts';
import { actionPattern, resourcePattern, type Test } from './wildcards.ts';

/** Who makes a request. */
export type Principal =
  | { readonly kind: 'role'; readonly account: string; readonly roleArn: string; readonly sessionArn: string }
  /** `events.amazonaws.com`. */
  | { readonly kind: 'service'; readonly name: string };

/** How a resource's policy names a caller: by name, by account, or not at all. */
type PrincipalTest = (principal: Principal) => 'named' | 'by account' | false;

/** One statement of a policy whose intrinsic functions are resolved. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly hasAction: Test;
  readonly hasResource: Test;
  readonly isMet: Condition;
  /** Only in policies of resources. */
  readonly hasPrincipal?: PrincipalTest;
  /** The single permissions of an Allow. */
  readonly grants: readonly Grant[];
}

export interface Grant {
  readonly action: string;
  readonly resource: string;
  readonly covers: (action: string, resource: string) => boolean;
}

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

// A name or `*`: AWS allows no other wildcard here, and an unsupported kind (Federated, CanonicalUser) may mean the caller.
const names = texts.refine((all) => all.every((name) => name === '*' || !/[*?]/.test(name)), {
  error: 'a principal must be a name or *',
});
const principals = z
  .strictObject({ AWS: names.optional(), Service: names.optional() })
  .refine((named) => Object.keys(named).length > 0, { error: 'a principal must be named' });
const principalSchema = z.union([z.literal('*'), principals]);

// Strict: an unknown element (NotPrincipal) may reverse the meaning of a statement.
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principalSchema.optional(),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

const documentSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  Statement: z.union([statementSchema, z.array(statementSchema)]).transform((value) => [value].flat()),
});

/**
 * @param of 'role' for a policy that is attached to a role, which is then its principal
 * @param where names the policy in errors
 * @throws UnsupportedTemplate for what cannot be evaluated: nothing is ignored
 */
export function compilePolicy(document: unknown, of: 'role' | 'resource', where: string): readonly Statement[] {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) {
    throw new UnsupportedTemplate(`${where} cannot be evaluated locally: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.Statement.map((statement) => compileStatement(statement, of, where));
}

function compileStatement(
  statement: z.output<typeof statementSchema>,
  of: 'role' | 'resource',
  where: string,
): Statement {
  const { Effect: effect, Principal, Action, NotAction, Resource, NotResource, Condition } = statement;
  if ((Action === undefined) === (NotAction === undefined)) throw wrong(where, 'one of Action and NotAction');
  if ((Resource === undefined) === (NotResource === undefined)) throw wrong(where, 'one of Resource and NotResource');
  if ((Principal === undefined) !== (of === 'role')) throw wrong(where, 'a Principal in the policy of a resource only');
  const variable = [...(Resource ?? []), ...(NotResource ?? [])].find((resource) => resource.includes('${'));
  if (variable !== undefined) throw wrong(where, `no policy variables, got ${variable}`);
  return {
    effect,
    hasAction: among(Action, NotAction, actionPattern),
    hasResource: among(Resource, NotResource, resourcePattern),
    isMet: compileConditions(Condition, where),
    ...(Principal !== undefined && { hasPrincipal: principalTest(Principal) }),
    grants: effect === 'Allow' ? grantsOf(Action ?? [], Resource ?? []) : [],
  };
}

function among(
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
  toTest: (pattern: string) => Test,
): Test {
  const tests = (wanted ?? unwanted ?? []).map(toTest);
  const isOneOf: Test = (text) => tests.some((matches) => matches(text));
  return wanted === undefined ? (text) => !isOneOf(text) : isOneOf;
}

function grantsOf(actions: readonly string[], resources: readonly string[]): readonly Grant[] {
  return actions.flatMap((action) =>
    resources.map((resource) => {
      const [hasAction, hasResource] = [actionPattern(action), resourcePattern(resource)];
      return { action, resource, covers: (did: string, on: string) => hasAction(did) && hasResource(on) };
    }),
  );
}

function principalTest(named: z.output<typeof principalSchema>): PrincipalTest {
  const { AWS = [], Service = [] } = named === '*' ? { AWS: ['*'], Service: ['*'] } : named;
  return (principal) => {
    if (principal.kind === 'service') return (Service.includes(principal.name) || Service.includes('*')) && 'named';
    const { account, roleArn, sessionArn } = principal;
    if (['*', roleArn, sessionArn].some((name) => AWS.includes(name))) return 'named';
    return [account, `arn:aws:iam::${account}:root`].some((name) => AWS.includes(name)) && 'by account';
  };
}

function wrong(where: string, what: string): UnsupportedTemplate {
  return new UnsupportedTemplate(`${where} cannot be evaluated locally: a statement must have ${what}`);
}
