import {
  type EventSourceMappingConfiguration,
  type LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Finding, failed, ok, warning } from './finding.ts';

/** What the order of an image's requests, and their identity by id alone, rest on. */
const PROMISED = {
  FifoQueue: 'true',
  DeduplicationScope: 'messageGroup',
  FifoThroughputLimit: 'perMessageGroupId',
  ContentBasedDeduplication: 'false',
} as const;

type Attributes = Readonly<Record<string, string>>;

export async function readQueue(sqs: SQSClient, QueueUrl: string): Promise<Attributes> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Attributes;
}

export function judgeQueue(attributes: Attributes): Finding {
  const wrong = Object.entries(PROMISED).filter(([name, value]) => (attributes[name] ?? 'false') !== value);
  if (wrong.length === 0) return ok(`can be reached, keeps each image's order; ${waiting(attributes)}`);
  const names = wrong.map(([name, value]) => `${name} must be ${value}, got ${attributes[name] ?? 'nothing'}`);
  return failed(names.join('; '));
}

export function judgeDeadLetters(attributes: Attributes): Finding {
  const finding = judgeQueue(attributes);
  if (finding.verdict !== 'ok' || attributes.ApproximateNumberOfMessages === '0') return finding;
  return warning(`${waiting(attributes)}, and none should ever be here`);
}

function waiting({ ApproximateNumberOfMessages: count }: Attributes): string {
  return `${count} ${count === '1' ? 'message waits' : 'messages wait'}`;
}

/** Whether Lambda takes messages out of the queue. */
export async function checkEventSource(lambda: LambdaClient, EventSourceArn: string | undefined): Promise<Finding> {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn }));
  const [mapping] = EventSourceMappings;
  if (mapping === undefined) return failed('nothing takes messages out of the queue: its event-source mapping is gone');
  return judgeMapping(mapping);
}

function judgeMapping({ State, FunctionArn = '' }: EventSourceMappingConfiguration): Finding {
  const target = FunctionArn.split(':function:')[1] ?? FunctionArn;
  if (State === 'Enabled') return ok(`hands messages to ${target}`);
  const isOnItsWay = State === 'Creating' || State === 'Enabling' || State === 'Updating';
  const detail = `is ${State}, must be Enabled: ${target} gets no messages`;
  return isOnItsWay ? warning(detail) : failed(detail);
}
