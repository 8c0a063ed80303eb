import type { Template } from 'aws-cdk-lib/assertions';
import { type CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { Rollout } from '../../../infra/constructs/rollout.ts';
import { ROLLOUTS, type StageSettings } from '../../../infra/stages.ts';
import { readDocument } from '../../docs/support/documents.ts';
import { templateOf } from '../support/stack.ts';

interface Change {
  readonly rollout?: StageSettings['rollout'];
  readonly code?: string;
  readonly variable?: string;
  readonly concurrency?: number;
}

function synthesise({ rollout = 'all-at-once', code = '1', variable = '1', concurrency = 1 }: Change = {}): Template {
  return templateOf((stack) => {
    const target = new LambdaFunction(stack, 'Target', {
      code: Code.fromInline(code),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      environment: { VARIABLE: variable },
    });
    (target.node.defaultChild as CfnFunction).reservedConcurrentExecutions = concurrency;
    new Rollout(stack, 'Rollout', 'dev', { rollout }).aliasOf('reprocess-worker', target);
  });
}

const only = (template: Template, type: string) => {
  const [found, ...more] = Object.entries(template.findResources(type));
  expect(more).toEqual([]);
  return found ?? expect.fail(`there is no ${type}`);
};
const versionOf = (template: Template) => only(template, 'AWS::Lambda::Version')[0];

describe('a new version of a function', () => {
  it('is made when its code or a variable changes, and only then', () => {
    const version = versionOf(synthesise());
    expect(versionOf(synthesise())).toBe(version);
    expect(versionOf(synthesise({ code: '2' }))).not.toBe(version);
    expect(versionOf(synthesise({ variable: '2' }))).not.toBe(version);
    // Lambda refuses to publish a version that differs from the one before in nothing that a version holds.
    expect(versionOf(synthesise({ concurrency: 2 }))).toBe(version);
  });

  it('leaves the one before where it was, for a way back, but not one whose own deploy failed', () => {
    expect(only(synthesise(), 'AWS::Lambda::Version')[1]).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('is what the alias points to, at once and without CodeDeploy, where nothing is rolled out in steps', () => {
    const template = synthesise();
    const [, alias] = only(template, 'AWS::Lambda::Alias');
    expect(alias.Properties).toMatchObject({
      Name: 'live',
      FunctionVersion: { 'Fn::GetAtt': [versionOf(template), 'Version'] },
    });
    expect(alias).not.toHaveProperty('UpdatePolicy');
    template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  });

  it.each([
    ['canary-10-percent-5-minutes', 'LambdaCanary10Percent5Minutes'],
    ['canary-10-percent-15-minutes', 'LambdaCanary10Percent15Minutes'],
    ['canary-10-percent-30-minutes', 'LambdaCanary10Percent30Minutes'],
    ['linear-10-percent-every-1-minute', 'LambdaLinear10PercentEvery1Minute'],
    ['linear-10-percent-every-3-minutes', 'LambdaLinear10PercentEvery3Minutes'],
  ] as const)('is taken into use by %s', (rollout, config) => {
    const [, group] = only(synthesise({ rollout }), 'AWS::CodeDeploy::DeploymentGroup');
    expect(group.Properties.DeploymentConfigName).toBe(`CodeDeployDefault.${config}`);
  });

  it('knows of no other way than these and all at once', () => {
    expect(ROLLOUTS).toHaveLength(6);
  });
});

describe('a rollout in steps', () => {
  const template = synthesise({ rollout: 'canary-10-percent-5-minutes' });
  const [groupId, group] = only(template, 'AWS::CodeDeploy::DeploymentGroup');
  const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
  const alarmOf = (metric: string) =>
    alarms.find(([, { Properties }]) => Properties.MetricName === metric)?.[1] ?? expect.fail(`no alarm of ${metric}`);
  const dimensionsOf = (metric: string) =>
    Object.fromEntries(
      alarmOf(metric).Properties.Dimensions.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
    );
  const atTheFirst = {
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  };
  const [functionId] = only(template, 'AWS::Lambda::Function');

  it('is what CloudFormation changes the alias by', () => {
    const [, alias] = only(template, 'AWS::Lambda::Alias');
    const [applicationId] = only(template, 'AWS::CodeDeploy::Application');
    expect(alias.UpdatePolicy.CodeDeployLambdaAliasUpdate).toEqual({
      ApplicationName: { Ref: applicationId },
      DeploymentGroupName: { Ref: groupId },
    });
  });

  it('goes back when it fails, and when one of its alarms goes off', () => {
    expect(group.Properties).toMatchObject({
      AlarmConfiguration: { Alarms: alarms.map(([id]) => ({ Name: { Ref: id } })), Enabled: true },
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
    });
  });

  it('is judged by the first error of the new version behind the alias, and by no error of the old one', () => {
    expect(dimensionsOf('Errors')).toEqual({
      FunctionName: { Ref: functionId },
      Resource: { 'Fn::Join': ['', [{ Ref: functionId }, ':live']] },
      ExecutedVersion: { 'Fn::GetAtt': [versionOf(template), 'Version'] },
    });
    expect(alarmOf('Errors').Properties).toMatchObject({ Namespace: 'AWS/Lambda', ...atTheFirst });
  });

  it('is judged as well by the first bug that the new version turned into a response or a wait', () => {
    expect(dimensionsOf('UnexpectedErrors')).toEqual({
      stage: 'dev',
      function: 'reprocess-worker',
      version: { 'Fn::GetAtt': [versionOf(template), 'Version'] },
    });
    expect(alarmOf('UnexpectedErrors').Properties).toMatchObject({ Namespace: 'Reprocess', ...atTheFirst });
  });

  it.each(['Errors', 'UnexpectedErrors'])(
    'has an alarm of %s whose text leads to the heading that explains it',
    (metric) => {
      const { AlarmDescription } = alarmOf(metric).Properties;
      const [, file = '', anchor = ''] = /(docs\/[\w.-]+)#([\w-]+)$/.exec(AlarmDescription) ?? [];
      const headings = readDocument(file).text.match(/^## .*$/gm) ?? [];
      expect(headings.map((heading) => heading.slice(3).toLowerCase().replaceAll(' ', '-'))).toContain(anchor);
    },
  );

  it('waits for what its role may do, which is written in no policy of AWS', () => {
    const [roleId, role] = Object.entries(template.findResources('AWS::IAM::Role')).find(([id]) =>
      id.startsWith('Rollout'),
    ) ?? ['', undefined];
    expect(role?.Properties).not.toHaveProperty('ManagedPolicyArns');
    const [policyId] = only(template, 'AWS::IAM::Policy');
    expect(group.Properties.ServiceRoleArn).toEqual({ 'Fn::GetAtt': [roleId, 'Arn'] });
    expect(group.DependsOn).toContain(policyId);
  });
});
