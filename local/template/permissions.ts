import * as z from 'zod';
import { queueArn } from '../iam/calls/sqs.ts';
import { compilePolicy, type Statement } from '../iam/policy.ts';
import { UnsupportedTemplate } from './intrinsics.ts';
import type { References, SynthesisedStack } from './references.ts';

/** What the functions of a stage may do, and who may do what to its resources. */
export interface PermissionsPlan {
  readonly roles: readonly RolePlan[];
  readonly resourcePolicies: readonly ResourcePolicyPlan[];
}

/** A function's role; each function has one, though two may share it. */
export interface RolePlan {
  readonly functionName: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
}

export interface ResourcePolicyPlan {
  /** The ARN of what the policy is attached to; a bucket's counts for its objects. */
  readonly resource: string;
  readonly statements: readonly Statement[];
}

const noEffect = z.unknown().optional();
const texts = z.array(z.string());
const inlineSchema = z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() }));

// Strict, as in resources.ts: an unknown property may widen or narrow a permission (PermissionsBoundary).
const roleSchema = z.strictObject({
  ManagedPolicyArns: texts.default([]),
  Policies: inlineSchema.default([]),
  AssumeRolePolicyDocument: noEffect,
  Description: noEffect,
  MaxSessionDuration: noEffect,
  Path: noEffect,
  RoleName: noEffect,
  Tags: noEffect,
});

const attachedSchema = z.strictObject({ PolicyDocument: z.unknown(), PolicyName: noEffect, Roles: texts.default([]) });
const managedSchema = attachedSchema.omit({ PolicyName: true }).extend({
  ManagedPolicyName: noEffect,
  Description: noEffect,
  Path: noEffect,
});
const queuePolicySchema = z.strictObject({ PolicyDocument: z.unknown(), Queues: texts });
const bucketPolicySchema = z.strictObject({ PolicyDocument: z.unknown(), Bucket: z.string() });
const secretPolicySchema = z.strictObject({
  ResourcePolicy: z.unknown(),
  SecretId: z.string(),
  BlockPublicPolicy: noEffect,
});

/** Types of resources that are read here and nowhere else. */
export const PERMISSIONS: readonly string[] = [
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy',
];

interface FunctionRole {
  readonly functionName: string;
  readonly roleArn: string | undefined;
}

/** Where a resource stands, and a way to its properties once it is known that they matter here. */
interface Found {
  readonly where: string;
  readonly logicalId: string;
  readonly stack: SynthesisedStack;
  readonly raw: Readonly<Record<string, unknown>>;
}

/**
 * Reads the policies of the functions' roles and of the resources. A role without a function is left out, because nothing uses it
 * here.
 * @throws UnsupportedTemplate for what cannot be evaluated
 */
export function planPermissions(
  stacks: readonly SynthesisedStack[],
  references: References,
  functions: readonly FunctionRole[],
): PermissionsPlan {
  const find = (type: string) => stacks.flatMap((stack) => resourcesOf(stack, type));
  const read = <Schema extends z.ZodType>({ where, stack, raw }: Found, schema: Schema): z.output<Schema> => {
    const parsed = schema.safeParse(references.resolve(stack, raw));
    if (parsed.success) return parsed.data;
    throw new UnsupportedTemplate(`${where} cannot be enforced locally: ${z.prettifyError(parsed.error)}`);
  };
  const isAttachedTo = (arn: string) => (found: Found) => {
    const roles = texts.default([]).parse(references.resolve(found.stack, found.raw.Roles));
    return roles.some((name) => arn.endsWith(`/${name}`));
  };
  const compileRole = ({ where, PolicyDocument }: { readonly where: string; readonly PolicyDocument?: unknown }) =>
    compilePolicy(PolicyDocument, 'role', where);

  function planRole({ functionName, roleArn }: FunctionRole): RolePlan {
    const role = find('AWS::IAM::Role').find(({ stack, logicalId }) => {
      return references.identityOf(stack, logicalId).attributes.Arn === roleArn;
    });
    if (role === undefined || roleArn === undefined) {
      throw new UnsupportedTemplate(`the role ${roleArn} of ${functionName} is in no stack of this stage`);
    }
    const { ManagedPolicyArns, Policies } = read(role, roleSchema);
    const managed = find('AWS::IAM::ManagedPolicy');
    const arnOf = ({ stack, logicalId }: Found) => references.identityOf(stack, logicalId).ref;
    const foreign = ManagedPolicyArns.find((arn) => !managed.some((policy) => arnOf(policy) === arn));
    if (foreign !== undefined) {
      throw new UnsupportedTemplate(`${role.where} has the policy ${foreign}: what it allows is not in the template`);
    }
    const attached = isAttachedTo(roleArn);
    const documents = [
      ...Policies.map((policy) => ({ where: `the policy ${policy.PolicyName} of ${role.where}`, ...policy })),
      ...find('AWS::IAM::Policy')
        .filter(attached)
        .map((found) => ({ where: found.where, ...read(found, attachedSchema) })),
      ...managed
        .filter((found) => ManagedPolicyArns.includes(arnOf(found)) || attached(found))
        .map((found) => ({ where: found.where, ...read(found, managedSchema) })),
    ];
    return { functionName, arn: roleArn, statements: documents.flatMap(compileRole) };
  }

  const ofResource = (resource: string, document: unknown, { where }: Found): ResourcePolicyPlan => ({
    resource,
    statements: compilePolicy(document, 'resource', where),
  });
  const queuePolicies = find('AWS::SQS::QueuePolicy').flatMap((found) => {
    const { PolicyDocument, Queues } = read(found, queuePolicySchema);
    return Queues.map((url) => ofResource(queueArn(url), PolicyDocument, found));
  });
  const bucketPolicies = find('AWS::S3::BucketPolicy').map((found) => {
    const { PolicyDocument, Bucket } = read(found, bucketPolicySchema);
    return ofResource(`arn:aws:s3:::${Bucket}`, PolicyDocument, found);
  });
  const secretPolicies = find('AWS::SecretsManager::ResourcePolicy').map((found) => {
    const { ResourcePolicy, SecretId } = read(found, secretPolicySchema);
    return ofResource(SecretId, ResourcePolicy, found);
  });
  return {
    roles: functions.map(planRole),
    resourcePolicies: [...queuePolicies, ...bucketPolicies, ...secretPolicies],
  };
}

function resourcesOf(stack: SynthesisedStack, type: string): readonly Found[] {
  const found = Object.entries(stack.template.Resources).filter(([, { Type }]) => Type === type);
  return found.map(([logicalId, { Properties = {}, Condition }]) => {
    const where = `${type} ${logicalId} of ${stack.name}`;
    if (Condition !== undefined)
      throw new UnsupportedTemplate(`${where} has a condition: the local service knows none`);
    return { where, logicalId, stack, raw: Properties };
  });
}
