import { EXAMPLE_PREFERENCES } from './example.ts';
import { failureIn, type OutcomeEvent } from './outcomes.ts';
import type { Service } from './service.ts';

export interface StartFacts extends Pick<Service, 'queueUrls' | 'partner' | 'webhook'> {
  readonly addresses: Pick<Service['addresses'], 'api' | 'sqs' | 'dynamodb' | 'secretsManager'>;
  /** None when the template has no bucket. */
  readonly uploads?: { readonly bucket: string; readonly s3: string } | undefined;
  /** None with the real endpoint. */
  readonly sandboxUrl: string | undefined;
  /** An image that the endpoint knows. */
  readonly imageId: string;
}

/** What `npm start` prints once everything runs. Both commands work as printed, in any POSIX shell. */
export function startText(facts: StartFacts): string {
  const { addresses, queueUrls, partner, webhook, sandboxUrl, imageId } = facts;
  const endpoint =
    sandboxUrl === undefined ? 'the real one, with your key' : `${sandboxUrl} (a sandbox: it enhances nothing)`;
  const body = JSON.stringify(EXAMPLE_PREFERENCES);
  const places = [
    ['HTTP API', addresses.api],
    ['SQS', addresses.sqs],
    ['DynamoDB', addresses.dynamodb],
    ['Secrets Manager', addresses.secretsManager],
    ['Autoenhance', endpoint],
    ['request queue', queueUrls.requests],
    ['results queue', queueUrls.results],
    ['webhook', `${webhook.url} (its token: ${webhook.token})`],
  ];
  return [
    'The service runs on this machine. Ctrl-C ends it.',
    '',
    ...places.map(([name = '', place = '']) => `  ${name.padEnd(17)}${place}`),
    '',
    'Send a request over HTTP:',
    '',
    `  curl -sS ${addresses.api}/v3/images/${imageId}/process \\`,
    `    -H 'x-api-key: ${partner.key}' -H 'content-type: application/json' \\`,
    `    -d '${body}'`,
    '',
    'Or put one on the request queue:',
    '',
    `  curl -sS ${addresses.sqs} \\`,
    "    -H 'x-amz-target: AmazonSQS.SendMessage' -H 'content-type: application/x-amz-json-1.0' \\",
    `    -d '${queueCall(queueUrls.requests, imageId)}'`,
    '',
    ...(sandboxUrl === undefined ? [`In both, ${imageId} stands for the id of an image of yours.`, ''] : []),
    ...uploadLines(facts),
    'Outcomes, as they come onto the results queue:',
    '',
  ].join('\n');
}

function uploadLines({ uploads }: StartFacts): readonly string[] {
  if (uploads === undefined) return [];
  return [
    'Or put a file of requests (.csv, .ndjson, .json) into the folder local/inbox/, or into the bucket with any S3 client and',
    'any credentials and region:',
    '',
    `  aws s3 cp requests.csv s3://${uploads.bucket}/requests/ --endpoint-url ${uploads.s3}`,
    '',
  ];
}

/** SendMessage's input; the shell puts the time in as the deduplication id, so that the line can be run again. */
function queueCall(QueueUrl: string, imageId: string): string {
  const MessageBody = JSON.stringify({ image_id: imageId, preferences: EXAMPLE_PREFERENCES });
  const input = { QueueUrl, MessageGroupId: imageId, MessageDeduplicationId: 'NOW', MessageBody };
  return JSON.stringify(input).replace('NOW', `'"$(date +%s)"'`);
}

/** `10:00:00  reprocess.succeeded  <image id>  1 attempt, over http, image is processing` */
export function outcomeLine(event: OutcomeEvent): string {
  const { type, subject, time, data } = event;
  const { attempts, request, image } = data;
  const failure = failureIn(event);
  const facts = [
    attempts !== undefined && `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    request && `over ${request.source}`,
    typeof image?.status === 'string' && `image is ${image.status}`,
    failure && `${failure.code}: ${failure.detail}`,
  ];
  return `  ${time.slice(11, 19)}  ${type}  ${subject}  ${facts.filter(Boolean).join(', ')}`;
}
