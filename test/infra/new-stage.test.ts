import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceStage } from '../../infra/service-stage.ts';
import { parseStages } from '../../infra/stages.ts';
import { RELEASED_STAGES } from '../support/released-stages.ts';
import { lastingCopy, runIn, writeStages } from './support/project-copy.ts';
import { stages } from './support/stages.ts';
import { meaningOf, resource, type StageTemplates } from './support/templates.ts';

interface Allowance {
  readonly Effect: string;
  readonly Principal: { readonly AWS: unknown };
  readonly Action: unknown;
  readonly Resource: unknown;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'new-stage-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('in a cdk.json', () => {
  let project: string;
  beforeAll(() => {
    project = lastingCopy();
  });
  afterAll(() => rmSync(project, { recursive: true }));

  it('a stage more is one entry more', () => {
    writeStages(project, { ...RELEASED_STAGES, 'qa-2': { keepsData: false } });
    const script = `import { createApp } from './infra/synthesise.ts';
      const app = await createApp({ stage: 'qa-2', outdir: 'out', bundles: false });
      console.log(app.node.findChild('qa-2').synth().stacks.map(({ stackName }) => stackName).join());`;
    const { stdout, stderr } = runIn(project, ['--input-type=module', '-e', script]);
    expect(stdout, stderr).toBe('reprocess-qa-2-storage,reprocess-qa-2-service,reprocess-qa-2-monitoring\n');
    expect(runIn(project, ['infra/cdk.ts', 'deploy', 'qa']).stderr).toBe(
      'stage must be one of dev, staging, production, qa-2, got "qa"\n',
    );
  });

  it.each([
    [{ local: { keepsData: true } }, 'cdk.json must have no stage local: it runs on one machine and takes no settings'],
    ['dev', 'the context in cdk.json must have stages by their names, got "dev"'],
  ])('stages such as %j end a command with one sentence', (given, sentence) => {
    writeStages(project, given as object);
    const { status, stdout, stderr } = runIn(project, ['infra/cdk.ts', 'diff', 'dev']);
    expect([status, stdout, stderr.trim()]).toEqual([1, '', sentence]);
  });

  it('what is no JSON ends a command with its name and the reason', () => {
    writeFileSync(join(project, 'cdk.json'), '{ "context": { "stages": {}, } }');
    const { status, stdout, stderr } = runIn(project, ['infra/synth.ts']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/cdk\.json must be JSON: .*\n$/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('principals of the queues', () => {
  const account = '123456789012';
  const role = 'arn:aws:iam::210987654321:role/path/orders';
  let templates: StageTemplates;
  beforeAll(() => {
    const { principals } = parseStages({
      principals: { ...stages.dev, requestSenders: [account, role], resultReaders: [role] },
    });
    const context = { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true };
    const app = new App({ outdir: join(folder, 'principals'), context, builtinCloudFormationValidation: false });
    const { stacks } = new ServiceStage(app, 'principals', principals).synth();
    const [storage, service] = stacks.map(({ template }) => template);
    templates = { storage, service };
  });

  const guestsOf = (path: string) => {
    const { Statement } = resource(templates.storage, 'AWS::SQS::QueuePolicy', `${path}/Policy`).Properties
      .PolicyDocument;
    const [deny, ...others] = Statement;
    expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    return others.map(({ Effect, Principal, Action, Resource, ...rest }: Allowance) => {
      const who = [Principal.AWS].flat().map((one) => meaningOf(one, templates));
      return { Effect, who, Action, on: meaningOf(Resource, templates), ...rest };
    });
  };

  it('may send requests, and nothing else', () => {
    expect(guestsOf('Requests/Queue')).toEqual([
      {
        Effect: 'Allow',
        who: [`arn:Partition:iam::${account}:root`, role],
        Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'],
        on: 'Requests/Queue',
      },
    ]);
  });

  it('may take outcomes, and nothing else', () => {
    expect(guestsOf('Results')).toEqual([
      {
        Effect: 'Allow',
        who: [role],
        Action: [
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:ChangeMessageVisibility',
          'sqs:GetQueueAttributes',
          'sqs:GetQueueUrl',
        ],
        on: 'Results',
      },
    ]);
  });

  it('may do nothing with the dead letters', () => {
    expect(guestsOf('Requests/DeadLetters')).toEqual([]);
  });
});
