import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  type CfnFunction,
  type IAlias,
  type IVersion,
  type Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { MetricName } from '../../functions/core/metric-names.ts';
import type { StageSettings } from '../stages.ts';
import type { Entry } from './monitoring/service-metric.ts';

/** The alias that callers use. */
export const LIVE = 'live';

/** Of the alarms that end a rollout. */
const PERIOD = Duration.minutes(1);

const CONFIGS = {
  'canary-10-percent-5-minutes': LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  'canary-10-percent-15-minutes': LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
  'canary-10-percent-30-minutes': LambdaDeploymentConfig.CANARY_10PERCENT_30MINUTES,
  'linear-10-percent-every-1-minute': LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
  'linear-10-percent-every-3-minutes': LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_3MINUTES,
} satisfies Record<Exclude<StageSettings['rollout'], 'all-at-once'>, ILambdaDeploymentConfig>;

/** Takes new versions of functions into use, as the stage says, and takes them back when they fail. */
export class Rollout extends Construct {
  private readonly rollout: StageSettings['rollout'];
  private readonly stage: string;
  private shared: { readonly application: LambdaApplication; readonly role: Role } | undefined;

  constructor(scope: Construct, id: string, stage: string, { rollout }: Pick<StageSettings, 'rollout'>) {
    super(scope, id);
    this.rollout = rollout;
    this.stage = stage;
  }

  /** What is to be invoked in a function's place: the version that is in use, and for a while a share of the new one. */
  aliasOf(entry: Entry, target: LambdaFunction): IAlias {
    // CDK's classes leave `role` out where its interfaces have it undefined, which the compiler tells apart.
    const version = target.currentVersion as IVersion;
    // CloudFormation would delete the version before, and with it the way back. One whose own deploy failed may go: Lambda
    // publishes no version that equals the newest there is, and the next deploy of the same code would fail.
    version.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    const alias = new Alias(target, 'Live', { aliasName: LIVE, version });
    if (this.rollout === 'all-at-once') return alias as IAlias;
    const { application, role } = this.codeDeploy();
    allowShifting(role, target);
    const group = new LambdaDeploymentGroup(target, 'Rollout', {
      alias,
      application,
      // CDK would add AWS's managed policy, which may point every alias of the account at any version.
      role: role.withoutPolicyUpdates(),
      deploymentConfig: CONFIGS[this.rollout],
      alarms: this.alarmsOf(entry, target),
    });
    // What the role may do is a resource of its own, which a first deploy by CodeDeploy would not wait for.
    group.node.addDependency(role);
    return alias as IAlias;
  }

  /**
   * They look at the new version alone. What the old one does wrong must not stand in the way of its repair: CodeDeploy begins
   * nothing while an alarm is on.
   */
  private alarmsOf(entry: Entry, target: LambdaFunction): Alarm[] {
    const { version } = target.currentVersion;
    const errors = new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      // Only where it is invoked by the alias.
      dimensionsMap: {
        FunctionName: target.functionName,
        Resource: `${target.functionName}:${LIVE}`,
        ExecutedVersion: version,
      },
      statistic: Stats.SUM,
      period: PERIOD,
    });
    // What a function turns into a response or a wait is no error to Lambda.
    const bugs = new Metric({
      namespace: 'Reprocess',
      metricName: 'UnexpectedErrors' satisfies MetricName,
      dimensionsMap: { stage: this.stage, function: entry, version },
      statistic: Stats.SUM,
      period: PERIOD,
    });
    return [
      alarmOf(target, 'NewVersionFails', 'a new version failed', errors),
      alarmOf(target, 'NewVersionHasBug', 'a new version met an error that only a bug explains', bugs),
    ];
  }

  private codeDeploy() {
    if (this.shared === undefined) {
      const application = new LambdaApplication(this, 'Application');
      this.shared = { application, role: createRole(this, application) };
    }
    return this.shared;
  }
}

function createRole(scope: Construct, { applicationName }: LambdaApplication): Role {
  const { account } = Stack.of(scope);
  const groups = Stack.of(scope).formatArn({
    service: 'codedeploy',
    resource: 'deploymentgroup',
    resourceName: `${applicationName}/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const role = new Role(scope, 'Role', {
    // For our own deploys alone: CodeDeploy works for every account.
    assumedBy: new ServicePrincipal('codedeploy.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': groups } },
    }),
  });
  Grant.addToPrincipal({ grantee: role, actions: ['cloudwatch:DescribeAlarms'], resourceArns: ['*'] });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'CodeDeploy looks for its alarms among all of the account; it may only read their states.',
  });
  return role;
}

/** The part of AWS's own policy for this role that a deploy by CloudFormation needs, on the one function. */
function allowShifting(role: Role, target: LambdaFunction): void {
  const { functionArn } = target;
  Grant.addToPrincipal({
    grantee: role,
    actions: ['lambda:GetAlias', 'lambda:UpdateAlias'],
    resourceArns: [functionArn, `${functionArn}:${LIVE}`],
  });
  // It asks both versions whether capacity waits for them, before it moves the alias between them.
  const versions = `${functionArn}:*`;
  Grant.addToPrincipal({
    grantee: role,
    actions: ['lambda:GetProvisionedConcurrencyConfig'],
    resourceArns: [versions],
  });
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::<${Stack.of(target).getLogicalId(target.node.defaultChild as CfnFunction)}.Arn>:*]`,
    reason: 'The number of a version is known when it is published, and the next deploy asks for the one before too.',
  });
}

/** @param what has happened */
function alarmOf(target: LambdaFunction, id: string, what: string, metric: IMetric): Alarm {
  return new Alarm(target, id, {
    alarmDescription: `${Stack.of(target).stackName}: ${what}, and its deploy is rolled back. See docs/deploy.md#rollout`,
    metric,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 1,
    // A version that nobody invoked has not failed.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
