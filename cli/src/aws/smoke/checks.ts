import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsReport } from '../../aws-report.ts';
import { awsSettings, type Place, secretsManagerOf, settingsFor } from '../place.ts';
import { checkAlarms } from './alarm-checks.ts';
import type { Deployment } from './deployment.ts';
import { type Finding, failed, ok, warning } from './finding.ts';
import { checkConsole, checkHealth, checkWebhook, checkWrongKey } from './http-checks.ts';
import { checkEventSource, judgeDeadLetters, judgeQueue, readQueue } from './queue-checks.ts';
import { checkPartnerKeys, isFilled, judgeFilled } from './secret-checks.ts';

export interface Check {
  readonly name: string;
  readonly finding: Promise<Finding>;
}

/** Begins every check at once; none of them changes anything, or asks the endpoint for anything. */
export function beginChecks(
  place: Place,
  { apiUrl, webhookUrl, consoleUrl, alarmTopicArn, queueUrls, secretNames }: Deployment,
): readonly Check[] {
  const sqs = new SQSClient(settingsFor(place, 'sqs'));
  const secrets = secretsManagerOf(place);
  const requests = readQueue(sqs, queueUrls.requests);
  const callbacks = readQueue(sqs, queueUrls.callbacks);
  const filled = async (secretId: string, without: string) =>
    judgeFilled(await isFilled(secrets, secretId), secretId, without);
  const checks = {
    health: checkHealth(apiUrl),
    'wrong key': checkWrongKey(apiUrl),
    webhook: checkWebhook(webhookUrl),
    console: checkConsole(consoleUrl),
    requests: requests.then(judgeQueue),
    'event source': checkSource(place, requests),
    'dead letters': readQueue(sqs, queueUrls.deadLetters).then(judgeDeadLetters),
    results: readQueue(sqs, queueUrls.results).then(judgeQueue),
    callbacks: callbacks.then(judgeQueue),
    'callback source': checkSource(place, callbacks),
    'dead callbacks': readQueue(sqs, queueUrls.deadCallbacks).then(judgeDeadLetters),
    'autoenhance key': filled(secretNames.autoenhanceKey, 'requests wait until it is'),
    'partner keys': checkPartnerKeys(secrets, secretNames.partnerKeys, Date.now()),
    'webhook token': filled(secretNames.webhookToken, 'the webhook is refused until it is'),
    alarms: checkAlarmsOf(place, alarmTopicArn),
  };
  return Object.entries(checks).map(([name, finding]) => ({ name, finding: finding.catch(notChecked) }));
}

/** Whether Lambda hands a queue's messages to their function. */
async function checkSource(place: Place, queue: ReturnType<typeof readQueue>): Promise<Finding> {
  if (place.stage === 'local') return ok('is a part of the service on this machine');
  const { QueueArn } = await queue;
  return checkEventSource(new LambdaClient(awsSettings(place.settings)), QueueArn);
}

async function checkAlarmsOf({ settings }: Place, topicArn: string | undefined): Promise<Finding> {
  if (topicArn === undefined) return ok('are for stages in AWS alone');
  return checkAlarms(new SNSClient(awsSettings(settings)), topicArn, settings);
}

/** A right that the one who looks has not got says nothing of the stage. */
function notChecked(error: unknown): Finding {
  const { name, message, cause } = error as Error;
  const because = cause instanceof Error ? `${message}: ${cause.message}` : `${name}: ${message}`;
  const sentence = `could not be checked: ${awsReport(error)?.detail ?? because}`;
  return /AccessDenied/.test(name) ? warning(sentence) : failed(sentence);
}
