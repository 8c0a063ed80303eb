import {
  CfnOutput,
  CrossStackReferences,
  DefaultStackSynthesizer,
  ReferenceStrength,
  Stack,
  type StackProps,
  Validations,
} from 'aws-cdk-lib';
import { FederatedPrincipal, Grant, OidcProviderNative, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { LIVE } from '../constructs/rollout.ts';
import { alarmTopicName, stackName } from '../names.ts';
import type { StageSettings } from '../stages.ts';
import { EDGE_REGION } from './edge-stack.ts';
import type { ServiceStack } from './service-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface DeploymentStackProps extends StackProps {
  readonly stage: string;
  readonly settings: StageSettings;
  readonly storage: StorageStack;
  readonly service: ServiceStack;
}

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';

/** What lets a workflow on GitHub deploy this stage, check it and take it back, without a key that is kept anywhere. */
export class DeploymentStack extends Stack {
  constructor(scope: Construct, id: string, { stage, settings, storage, service, ...props }: DeploymentStackProps) {
    super(scope, id, props);
    // As imports of exports, as the service stack has them.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);
    if (settings.deployment === undefined) return;
    const role = this.createRole(settings.deployment, stage);
    this.allowDeploying(role, settings);
    this.allowChecking(role, stage, storage);
    this.allowVersions(role, stage, service);
    new CfnOutput(this, 'DeployRoleArn', { value: role.roleArn });
  }

  private createRole({ repository, environment, createProvider }: Deployment, stage: string): Role {
    const arn = this.formatArn({ service: 'iam', region: '', resource: 'oidc-provider', resourceName: ISSUER });
    // An account has one provider for GitHub, whichever of its stages makes it.
    const provider = createProvider
      ? new OidcProviderNative(this, 'GitHub', { url: `https://${ISSUER}`, clientIds: [AUDIENCE] })
      : undefined;
    return new Role(this, 'Role', {
      description: `Deploys the stage ${stage} from ${repository}`,
      assumedBy: new FederatedPrincipal(
        provider?.oidcProviderArn ?? arn,
        {
          StringEquals: {
            [`${ISSUER}:aud`]: AUDIENCE,
            [`${ISSUER}:sub`]: `repo:${repository}:environment:${environment ?? stage}`,
          },
        },
        'sts:AssumeRoleWithWebIdentity',
      ),
    });
  }

  /** By the roles that the CDK's bootstrap made: what CloudFormation may do is theirs to say. */
  private allowDeploying(role: Role, { edge }: StageSettings): void {
    const qualifier = this.synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    const regions = [this.region, ...(edge === undefined ? [] : [EDGE_REGION])];
    const names = regions.flatMap((region) =>
      ['deploy', 'file-publishing', 'lookup'].map((kind) => `cdk-${qualifier}-${kind}-role-${this.account}-${region}`),
    );
    const arns = names.map((resourceName) =>
      this.formatArn({ service: 'iam', region: '', resource: 'role', resourceName }),
    );
    Grant.addToPrincipal({ grantee: role, actions: ['sts:AssumeRole'], resourceArns: arns });
  }

  /** What reprocess smoke looks at. */
  private allowChecking(role: Role, stage: string, { requests, results, callbacks, ...storage }: StorageStack): void {
    const stacks = (['storage', 'service', 'monitoring'] as const).map((stack) => this.stackArn(stage, stack));
    Grant.addToPrincipal({ grantee: role, actions: ['cloudformation:DescribeStacks'], resourceArns: stacks });
    for (const stack of stacks)
      this.acknowledgeWildcard(
        role,
        stack,
        'CloudFormation asks for this ARN, star and all, where a stack is named by its name.',
      );
    const queues = [requests.queue, requests.deadLetters, results, callbacks.queue, callbacks.deadLetters];
    const queueArns = queues.map(({ queueArn }) => queueArn);
    Grant.addToPrincipal({ grantee: role, actions: ['sqs:GetQueueAttributes'], resourceArns: queueArns });
    const { autoenhanceKey, partnerKeys, webhookToken } = storage;
    const secrets = [autoenhanceKey, webhookToken].map(({ secretArn }) => secretArn);
    Grant.addToPrincipal({ grantee: role, actions: ['secretsmanager:DescribeSecret'], resourceArns: secrets });
    // Of hashes only.
    const read = ['secretsmanager:GetSecretValue'];
    Grant.addToPrincipal({ grantee: role, actions: read, resourceArns: [partnerKeys.secretArn] });
    Grant.addToPrincipal({ grantee: role, actions: ['lambda:ListEventSourceMappings'], resourceArns: ['*'] });
    this.acknowledgeWildcard(role, '*', 'Lambda lists mappings for the whole account only.');
    const topic = this.formatArn({ service: 'sns', resource: alarmTopicName(stage) });
    Grant.addToPrincipal({ grantee: role, actions: ['sns:ListSubscriptionsByTopic'], resourceArns: [topic] });
  }

  /** What npm run rollback does, and npm run deploy at its end. */
  private allowVersions(role: Role, stage: string, service: ServiceStack): void {
    const stack = this.stackArn(stage, 'service');
    Grant.addToPrincipal({ grantee: role, actions: ['cloudformation:ListStackResources'], resourceArns: [stack] });
    const arns = Object.values(service.functions).map(({ functionArn }) => functionArn);
    const aliases = arns.map((arn) => `${arn}:${LIVE}`);
    // In one statement: a role's own policies have room for 10,240 characters.
    Grant.addToPrincipal({
      grantee: role,
      actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:ListVersionsByFunction'],
      resourceArns: [...arns, ...aliases],
    });
    // A version, and never the function.
    const versions = arns.map((arn) => `${arn}:*`);
    Grant.addToPrincipal({ grantee: role, actions: ['lambda:DeleteFunction'], resourceArns: versions });
    for (const arn of arns) {
      // The same export that the policy refers to; a finding is named by it.
      const { 'Fn::ImportValue': imported } = this.resolve(service.exportValue(arn));
      this.acknowledgeWildcard(role, `${imported}:*`, 'Versions are numbered when they are published.');
    }
  }

  private stackArn(stage: string, stack: Parameters<typeof stackName>[1]): string {
    return this.formatArn({
      service: 'cloudformation',
      resource: 'stack',
      resourceName: `${stackName(stage, stack)}/*`,
    });
  }

  private acknowledgeWildcard(role: Role, resource: string, reason: string): void {
    const found = findingOf(this.resolve(resource));
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${found}]`, reason });
  }
}

type Deployment = NonNullable<StageSettings['deployment']>;

/** A resource as cdk-nag writes it. */
function findingOf(resource: unknown): string {
  if (typeof resource !== 'object' || resource === null) return String(resource);
  const [[name, argument] = []] = Object.entries(resource);
  if (name === 'Fn::Join') return argument[1].map(findingOf).join('');
  return name === 'Ref' ? `<${argument}>` : String(argument);
}
