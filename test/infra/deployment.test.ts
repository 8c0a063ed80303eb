import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { deployedStages, parseStages, settingsOf } from '../../infra/stages.ts';
import { createAppOf } from '../../infra/synthesise.ts';
import { permissions, trust } from './support/permissions.ts';
import { resourcesOf, type StackTemplate, type StageTemplates } from './support/templates.ts';

const outdir = mkdtempSync(join(tmpdir(), 'deployment-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const repository = 'team/reprocess';
const withIds = 'team@50894789/reprocess@1318865130';
const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-abcd';
const domain = { name: 'origin.team.test', certificateArn };
const edge = { name: 'reprocess.team.test', certificateArn };
const { shipped, second, guarded } = parseStages({
  shipped: { keepsData: true, deployment: { repository } },
  second: { keepsData: false, deployment: { repository, environment: 'qa', createProvider: false } },
  guarded: {
    keepsData: false,
    region: 'eu-west-1',
    domain,
    edge,
    deployment: { repository: withIds, createProvider: false },
  },
});

describe('a role for the workflow that deploys', async () => {
  const app = await createAppOf({ shipped, second, guarded }, { outdir, bundles: false });
  const templatesOf = (name: string): StageTemplates & { readonly deployment: StackTemplate } => {
    const { stacks } = (app.node.findChild(name) as Stage).synth();
    const named = stacks.map(({ hierarchicalId, template }) => [hierarchicalId.split('/')[1], template]);
    const { storage, service, deployment } = Object.fromEntries(named);
    return { storage, service, deployment };
  };
  const templates = templatesOf('shipped');
  const { deployment } = templates;

  it('is for one environment of one repository, and for AWS', () => {
    const [role] = Object.values(resourcesOf(deployment, 'AWS::IAM::Role'));
    const [statement, ...more] = role?.Properties.AssumeRolePolicyDocument.Statement ?? [];
    expect(more).toEqual([]);
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: { Ref: expect.stringMatching(/^GitHub/) } },
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': 'repo:team/reprocess:environment:shipped',
        },
      },
    });
    const [provider] = Object.values(resourcesOf(deployment, 'AWS::IAM::OIDCProvider'));
    expect(provider?.Properties).toEqual({
      ClientIdList: ['sts.amazonaws.com'],
      Url: 'https://token.actions.githubusercontent.com',
    });
  });

  it('uses the provider of another stage where that has made it, and another environment if told so', () => {
    const other = templatesOf('second').deployment;
    expect(resourcesOf(other, 'AWS::IAM::OIDCProvider')).toEqual({});
    const [role] = Object.values(resourcesOf(other, 'AWS::IAM::Role'));
    const text = JSON.stringify(role?.Properties.AssumeRolePolicyDocument);
    expect(text).toContain(':oidc-provider/token.actions.githubusercontent.com');
    expect(text).toContain('repo:team/reprocess:environment:qa');
  });

  it('is for a repository with its ids, where GitHub has them in its tokens', () => {
    const [role] = Object.values(resourcesOf(templatesOf('guarded').deployment, 'AWS::IAM::Role'));
    const [{ Condition }] = role?.Properties.AssumeRolePolicyDocument.Statement ?? [];
    expect(Condition.StringEquals).toMatchObject({
      'token.actions.githubusercontent.com:sub': `repo:${withIds}:environment:guarded`,
    });
  });

  it('may take on the roles of the bootstrap, look, and move versions; and nothing else', () => {
    const { storage, service } = templates;
    const all = { storage, service, monitoring: deployment };
    const arn = (rest: string) => `arn:Partition:${rest}`;
    const role = (kind: string) => arn(`iam::AccountId:role/cdk-hnb659fds-${kind}-role-AccountId-Region`);
    const stack = (name: string) => arn(`cloudformation:Region:AccountId:stack/reprocess-shipped-${name}/*`);
    const functions = [
      ...['ApiHandler', 'BatchApi', 'BatchFeeder', 'CallbackApi', 'CallbackDelivery'],
      ...['CompletionSweep', 'Console', 'DeadLetters', 'OrderApi'],
      ...['UploadTrigger', 'Webhook', 'Worker'],
    ].map((each) => `${each}/Function`);
    const wanted = [
      ...['deploy', 'file-publishing', 'lookup'].map((kind) => `sts:AssumeRole on ${role(kind)}`),
      ...['storage', 'service', 'monitoring'].map((name) => `cloudformation:DescribeStacks on ${stack(name)}`),
      `cloudformation:ListStackResources on ${stack('service')}`,
      ...['Requests/Queue', 'Requests/DeadLetters', 'Results', 'Callbacks/Queue', 'Callbacks/DeadLetters'].map(
        (queue) => `sqs:GetQueueAttributes on ${queue}`,
      ),
      ...['AutoenhanceKey', 'WebhookToken'].map((secret) => `secretsmanager:DescribeSecret on ${secret}`),
      'secretsmanager:GetSecretValue on PartnerKeys',
      'lambda:ListEventSourceMappings on *',
      `sns:ListSubscriptionsByTopic on ${arn('sns:Region:AccountId:reprocess-shipped-alarms')}`,
      ...functions.flatMap((each) =>
        ['GetAlias', 'UpdateAlias', 'ListVersionsByFunction'].flatMap((action) => [
          `lambda:${action} on ${each}`,
          `lambda:${action} on ${each}:live`,
        ]),
      ),
      ...functions.map((each) => `lambda:DeleteFunction on ${each}:*`),
    ];
    expect(permissions(all).Role).toEqual(wanted.toSorted());
    expect(Object.keys(trust(all))).toContain('Role');
    expect(deployment.Outputs).toHaveProperty('DeployRoleArn');
  });

  it('may take on the roles of the region in which CloudFront and its firewall are, where the stage has them', () => {
    const { storage, service, deployment } = templatesOf('guarded');
    const taken = permissions({ storage, service, monitoring: deployment }).Role?.filter((each) =>
      each.startsWith('sts:AssumeRole '),
    );
    const inRegion = (region: string) =>
      ['deploy', 'file-publishing', 'lookup'].map(
        (kind) => `sts:AssumeRole on arn:Partition:iam::AccountId:role/cdk-hnb659fds-${kind}-role-AccountId-${region}`,
      );
    expect(taken).toEqual([...inRegion('eu-west-1'), ...inRegion('us-east-1')].toSorted());
  });

  it('is in no stage that does not ask for it', () => {
    expect(deployedStages.filter((stage) => settingsOf(stage).deployment !== undefined)).toEqual([]);
  });

  it.each([
    [{ repository: 'reprocess' }, 'dev.deployment.repository is "reprocess": must be OWNER/REPOSITORY'],
    [{ repository: 'team/*' }, 'dev.deployment.repository is "team/*": must be OWNER/REPOSITORY'],
    [{ repository: 'team@5/reprocess' }, 'or OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID, as GitHub has it in its tokens'],
    [{ repository, environment: '*' }, 'dev.deployment.environment is "*": must be the name of an environment'],
  ])('is refused with %j', (given, sentence) => {
    expect(() => parseStages({ dev: { keepsData: false, deployment: given } })).toThrow(sentence);
  });
});
