import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stage, Validations } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { deployedStages, settingsOf } from '../../infra/stages.ts';
import { everyStage } from './support/templates.ts';

const stages = (await everyStage()).filter(({ stageName }) => deployedStages.includes(stageName));

/** Who acknowledged which rule: `AwsSolutions-S1 Uploads`. What a wildcard stands for is permissions.test.ts's to hold. */
function acknowledgedIn(stage: Stage): readonly string[] {
  const found = stage.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.keys(data))
      .map((id) => `${/[A-Z]\w+-[A-Z]\w+/.exec(id)?.[0]} ${node.path.split('/').slice(2).join('/')}`),
  );
  return [...new Set(found)].toSorted();
}

const of = (rule: string, constructs: readonly string[]) => constructs.map((construct) => `${rule} ${construct}`);

const BY_HTTP = ['ApiHandler', 'BatchApi', 'CallbackApi', 'Console', 'OrderApi', 'Webhook'];
const BY_QUEUE = ['CallbackDelivery', 'DeadLetters', 'Worker'];
const BY_EVENTS = ['BatchFeeder', 'CompletionSweep', 'UploadTrigger'];

describe.each(stages.map((stage) => [stage.stageName, stage] as const))('the stacks of %s', (stage, tree) => {
  const stacks = tree.synth().stacks.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const { keepsData, rollout, alarmAddress } = settingsOf(stage);

  it(`are ${keepsData ? 'all protected from being deleted by mistake' : 'not protected, since nothing is kept'}`, () => {
    expect(stacks.map(({ stackName, terminationProtection }) => [stackName, terminationProtection])).toEqual(
      ['monitoring', 'service', 'storage'].map((stack) => [`reprocess-${stage}-${stack}`, keepsData]),
    );
  });

  it('hand on to their resources which project, stage and version they are of', () => {
    const { name, version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    for (const { tags } of stacks) expect(tags).toEqual({ project: name, stage, version });
  });

  it('leave out these rules alone: whatever is new here has to be argued for', () => {
    const roles = [...BY_HTTP, ...BY_QUEUE, ...BY_EVENTS].map((each) => `${each}/Role`);
    const inSteps = rollout === 'all-at-once' ? [] : ['Rollout/Role'];
    expect(acknowledgedIn(tree)).toEqual(
      [
        ...of('AwsSolutions-APIG4', ['Api/Api']),
        ...of('AwsSolutions-IAM5', [...roles, ...inSteps]),
        ...of('AwsSolutions-S1', ['Uploads']),
        ...of('AwsSolutions-SMG4', [
          ...['AutoenhanceKey', 'CallbackKeys', 'PartnerKeys', 'WebhookToken'],
          'SessionSecret',
        ]),
        ...of('AwsSolutions-SQS3', ['FailedUploads', 'Results']),
        // What events invoke has dead letters.
        ...of(
          'Serverless-LambdaDLQ',
          [...BY_HTTP, ...BY_QUEUE].map((each) => `${each}/Function`),
        ),
        ...of('Serverless-LambdaEventSourceMappingDestination', ['Callbacks', 'DeadRequests', 'Requests']),
        ...of('Serverless-SQSRedrivePolicy', [
          ...['Callbacks/DeadLetters', 'FailedRuns', 'FailedUploads', 'Requests/DeadLetters', 'Results'],
        ]),
        ...of('Serverless-SNSRedrivePolicy', alarmAddress === undefined ? [] : [`Alarms/${alarmAddress}`]),
      ].toSorted(),
    );
  });
});
