import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStages } from '../../infra/stages.ts';
import { createAppOf, synthesise } from '../../infra/synthesise.ts';
import { synthesiseLocalStage } from '../../local/synthesis.ts';
import { type Resource, resourcesOf } from './support/templates.ts';

const APP = join(import.meta.dirname, '../../infra/app.ts');

let outdir: string;
beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'synthesise-'));
});
afterAll(() => rmSync(outdir, { recursive: true }));

describe('without a stage', () => {
  it('writes every stage that is deployed, storage before service before monitoring, and no rule finds fault', {
    timeout: 120_000,
  }, async () => {
    const { stacksRecursively } = await synthesise({ outdir: join(outdir, 'all'), bundles: false });
    expect(stacksRecursively.map(({ stackName }) => stackName)).toEqual(
      ['dev', 'production', 'staging'].flatMap((stage) => [
        `reprocess-${stage}-storage`,
        `reprocess-${stage}-service`,
        `reprocess-${stage}-monitoring`,
      ]),
    );
  });

  it('finds no fault with what a stage may have beside that: a domain, an edge, a role that deploys', {
    timeout: 120_000,
  }, async () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-abcd';
    const domain = { name: 'origin.team.test', certificateArn };
    const zone = { id: 'Z0123456789ABC', name: 'team.test' };
    const edge = { name: 'reprocess.team.test', certificateArn };
    const repository = 'team/reprocess';
    const stages = parseStages({
      all: {
        ...{ keepsData: true, account: '123456789012', region: 'eu-west-1' },
        ...{ domain, edge, deployment: { repository } },
      },
      anywhere: {
        keepsData: false,
        domain: { ...domain, zone, disableExecuteApiEndpoint: true },
        deployment: { repository, createProvider: false },
      },
    });
    const app = await createAppOf(stages, { outdir: join(outdir, 'more'), bundles: false });
    const { stacksRecursively } = app.synth();
    expect(stacksRecursively.map(({ hierarchicalId }) => hierarchicalId)).toEqual(
      expect.arrayContaining(['all/edge', 'all/deployment', 'anywhere/deployment']),
    );
  });

  it('fails when a rule pack finds fault', async () => {
    const app = await createAppOf({}, { outdir: join(outdir, 'packs'), bundles: false });
    new Queue(new Stack(app, 'Extra'), 'WithoutTlsAndDeadLetters');
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS4.*Serverless-SQSRedrivePolicy/s);
  });

  it('fails when CloudFormation would not take a template', async () => {
    const app = await createAppOf({}, { outdir: join(outdir, 'default-rules'), bundles: false });
    new CfnResource(new Stack(app, 'Extra'), 'Parameter', {
      type: 'AWS::SSM::Parameter',
      properties: { Type: 'String' },
    });
    expect(() => app.synth()).toThrow(/CloudFormation Validate/);
  });
});

describe('the local stage', () => {
  let assembly: string;
  let functions: Readonly<Record<string, Resource>>;
  beforeAll(async () => {
    assembly = join(await synthesiseLocalStage(), 'assembly-local');
    const { artifacts } = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8'));
    const stacks = Object.values<{ type: string; displayName: string; properties: { templateFile: string } }>(
      artifacts,
    );
    const service = stacks.find(({ displayName }) => displayName?.startsWith('local/service'));
    functions = resourcesOf(
      JSON.parse(readFileSync(join(assembly, service?.properties.templateFile ?? ''), 'utf8')),
      'AWS::Lambda::Function',
    );
  });

  it('is written alone, when asked for', () => {
    expect(readdirSync(dirname(assembly)).filter((name) => name.startsWith('assembly-'))).toEqual(['assembly-local']);
  });

  it.each(['Worker/Function', 'ApiHandler/Function', 'Webhook/Function', 'UploadTrigger/Function'])(
    'has the bundle of %s, which loads with just the variables set for it',
    (path) => {
      const { Metadata, Properties } = functions[path] as Resource;
      const bundle = join(assembly, String(Metadata['aws:asset:path']), 'index.mjs');
      // What it prepares fails for want of AWS, and it loads all the same.
      const shown = 'process.stderr.write(typeof handler, () => process.exit())';
      const script = `import(${JSON.stringify(bundle)}).then(({ handler }) => ${shown})`;
      const variables = Object.entries(Properties.Environment.Variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : 'https://name-or-url-from-another-stack.example',
      ]);
      const { stderr } = spawnSync(process.execPath, ['-e', script], {
        env: { AWS_REGION: 'eu-west-1', ...Object.fromEntries(variables) },
        encoding: 'utf8',
      });
      // Not all of it on a failure: it repeats the line of the bundle that failed, and that is the whole bundle.
      expect(stderr.match(/^\w*Error: .*/m)?.[0] ?? stderr).toBe('function');
    },
  );

  it('is the only name beside those that are deployed: another one is refused', () => {
    const { status, stderr } = spawnSync(process.execPath, [APP], {
      env: { ...process.env, CDK_OUTDIR: join(outdir, 'prod'), REPROCESS_STAGE: 'prod' },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('stage must be one of dev, staging, production, local, got "prod"');
    expect(existsSync(join(outdir, 'prod'))).toBe(false);
  });
});
