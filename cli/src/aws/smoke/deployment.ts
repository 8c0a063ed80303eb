import type { Stack } from '@aws-sdk/client-cloudformation';
import { queueName, secretName, stackName } from '../../../../infra/names.ts';
import { ACCOUNT } from '../../../../local/template/identities.ts';
import { localAddress, type Place } from '../place.ts';
import { cloudFormationOf, describeStack, outputIfAny, outputOf } from '../stacks.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** A stage as its stacks name it. */
export interface Deployment {
  readonly apiUrl: string;
  readonly webhookUrl: string;
  /** Only of a stage that has one. */
  readonly consoleUrl: string | undefined;
  /** Not of the stage local, which has no alarms. */
  readonly alarmTopicArn: string | undefined;
  readonly queueUrls: Readonly<Record<'requests' | 'deadLetters' | 'results' | 'callbacks' | 'deadCallbacks', string>>;
  readonly secretNames: Readonly<Record<'autoenhanceKey' | 'partnerKeys' | 'webhookToken', string>>;
}

/** The stage's stacks, and what became of their last deploy; no deployment when one of them is missing or half made. */
export async function findDeployment(place: Place): Promise<{ deployment?: Deployment; finding: Finding }> {
  return place.stage === 'local' ? localDeployment(place.port) : deployed(place);
}

async function deployed({ stage, settings }: Place): Promise<{ deployment?: Deployment; finding: Finding }> {
  const client = cloudFormationOf(settings);
  const names = (['storage', 'service', 'monitoring'] as const).map((stack) => stackName(stage, stack));
  const stacks = await Promise.all(names.map((name) => describeStack(client, name)));
  const missing = names.filter((_, index) => stacks[index] === undefined);
  if (missing.length > 0) {
    const detail = `there is no stack ${missing.join(', ')} in this account and region: npm run deploy -- --stage ${stage}`;
    return { finding: failed(detail) };
  }
  const found = stacks.filter((stack) => stack !== undefined);
  const finding = judgeStatus(found);
  return found.every(wasDeployed) ? { deployment: deploymentOf(found), finding } : { finding };
}

const GUIDE = 'docs/deploy.md#a-deploy-that-failed';

/** Only a stack whose first deploy ended well has outputs. */
const wasDeployed = ({ StackStatus }: Stack) => /^(CREATE_COMPLETE|UPDATE_|IMPORT_)/.test(StackStatus ?? '');

function judgeStatus(stacks: readonly Stack[]): Finding {
  const shown = stacks.map(({ StackName, StackStatus }) => `${StackName} is ${StackStatus}`).join(', ');
  if (!stacks.every(wasDeployed)) {
    return failed(`${shown}: a first deploy failed or is under way, or a stack is being deleted (${GUIDE})`);
  }
  if (stacks.some(({ StackStatus }) => StackStatus?.endsWith('_FAILED'))) {
    return failed(`${shown}: the last deploy could not be taken back, and until it is no other one begins (${GUIDE})`);
  }
  const isSettled = stacks.every(({ StackStatus = '' }) => /^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(StackStatus));
  return isSettled ? ok(shown) : warning(`${shown}: the last deploy is under way, or was taken back`);
}

function deploymentOf(stacks: readonly Stack[]): Deployment {
  const output = (name: string) => outputOf(stacks, name);
  return {
    apiUrl: output('ApiUrl'),
    webhookUrl: output('WebhookUrl'),
    consoleUrl: outputIfAny(stacks, 'ConsoleUrl'),
    alarmTopicArn: output('AlarmTopicArn'),
    queueUrls: {
      requests: output('RequestsQueueUrl'),
      deadLetters: output('DeadLettersQueueUrl'),
      results: output('ResultsQueueUrl'),
      callbacks: output('CallbacksQueueUrl'),
      deadCallbacks: output('CallbacksDeadLettersQueueUrl'),
    },
    secretNames: {
      autoenhanceKey: output('AutoenhanceKeySecretName'),
      partnerKeys: output('PartnerKeysSecretName'),
      webhookToken: output('WebhookTokenSecretName'),
    },
  };
}

/** What runs on one machine has no stacks to ask. */
function localDeployment(port: number): { deployment: Deployment; finding: Finding } {
  const api = localAddress(port);
  const queueUrl = (name: string) => `${localAddress(port, 'sqs')}/${ACCOUNT}/${name}.fifo`;
  const deployment = {
    apiUrl: api,
    webhookUrl: `${api}/webhooks/autoenhance`,
    consoleUrl: `${api}/console/`,
    alarmTopicArn: undefined,
    queueUrls: {
      requests: queueUrl(queueName('local', 'requests')),
      deadLetters: queueUrl(`${queueName('local', 'requests')}-dead-letters`),
      results: queueUrl(queueName('local', 'results')),
      callbacks: queueUrl(queueName('local', 'callbacks')),
      deadCallbacks: queueUrl(`${queueName('local', 'callbacks')}-dead-letters`),
    },
    secretNames: {
      autoenhanceKey: secretName('local', 'autoenhance-key'),
      partnerKeys: secretName('local', 'partner-keys'),
      webhookToken: secretName('local', 'webhook-token'),
    },
  };
  return { deployment, finding: ok('none: the service runs on this machine') };
}
