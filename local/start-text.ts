import { EXAMPLE_PREFERENCES } from './example.ts';
import type { Service } from './service.ts';
import { columnsOf, type Output, rowText } from './terminal/row.ts';
import { wrapWords } from './terminal/text.ts';

export interface StartFacts extends Pick<Service, 'queueUrls' | 'partner' | 'operator' | 'consoleUrl' | 'webhook'> {
  readonly addresses: Pick<Service['addresses'], 'api' | 'sqs' | 'dynamodb' | 'secretsManager'>;
  /** Undefined when the template has no bucket. */
  readonly uploads?: UploadPlaces | undefined;
  /** Undefined with the real endpoint. */
  readonly sandboxUrl: string | undefined;
  /** Sentences about what is unusual this time. */
  readonly notices?: readonly string[];
  /** An image that the endpoint knows. */
  readonly imageId: string;
}

export interface UploadPlaces {
  readonly bucket: string;
  readonly s3: string;
  /** The folder whose files are uploaded; undefined when another service watches it. */
  readonly inbox?: string | undefined;
}

/** Wider text is hard to read. */
const PROSE_COLUMNS = 100;

/** What `npm start` prints once everything runs. Commands are never wrapped, so that they work in any POSIX shell as printed. */
export function startText(facts: StartFacts, output?: Output): string {
  const { addresses, queueUrls, partner, webhook, sandboxUrl, imageId, notices = [] } = facts;
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
    ...prose('The service runs on this machine. Ctrl-C ends it.', output),
    '',
    ...places.map(([name = '', text = '']) =>
      rowText({ cells: [{ text: name.padEnd(15), format: 'bold' }], text }, output),
    ),
    '',
    ...consoleLines(facts, output),
    'Send a request over HTTP:',
    '',
    `  curl -sS ${addresses.api}/v3/images/${imageId}/process \\`,
    `    -H 'x-api-key: ${partner.key}' -H 'content-type: application/json' \\`,
    `    -d '${body}'`,
    '',
    'Or send one to the request queue:',
    '',
    `  curl -sS ${addresses.sqs} \\`,
    "    -H 'x-amz-target: AmazonSQS.SendMessage' -H 'content-type: application/x-amz-json-1.0' \\",
    `    -d '${queueCall(queueUrls.requests, imageId)}'`,
    '',
    ...(sandboxUrl === undefined
      ? [...prose(`In both, replace ${imageId} by the id of one of your images.`, output), '']
      : []),
    ...uploadLines(facts, output),
    ...notices.flatMap((notice) => [...prose(notice, output), '']),
    ...prose('Outcomes, as they arrive in the results queue:', output),
    '',
  ].join('\n');
}

/** What stands behind `#` is never sent: the page signs in with it, and removes it from the address. */
function consoleLines({ consoleUrl, operator }: StartFacts, output: Output | undefined): readonly string[] {
  if (consoleUrl === undefined) return [];
  const sentence = 'Open the console in a browser, signed in as an operator, who sees everything:';
  return [...prose(sentence, output), '', `  ${consoleUrl}#key=${operator.key}`, ''];
}

function uploadLines({ uploads }: StartFacts, output: Output | undefined): readonly string[] {
  if (uploads === undefined) return [];
  const { bucket, s3, inbox } = uploads;
  const into = inbox === undefined ? '' : `into the folder ${inbox}/, or `;
  const sentence = `Or put a file of requests (.csv, .ndjson, .json) ${into}into the bucket with any S3 client and any credentials and region:`;
  return [...prose(sentence, output), '', `  aws s3 cp requests.csv s3://${bucket}/requests/ --endpoint-url ${s3}`, ''];
}

function prose(text: string, output: Output | undefined): readonly string[] {
  return output?.isTTY ? wrapWords(text, Math.min(columnsOf(output), PROSE_COLUMNS)) : [text];
}

/** SendMessage's input. The shell inserts the time as the deduplication id, so that the command can be run again. */
function queueCall(QueueUrl: string, imageId: string): string {
  const MessageBody = JSON.stringify({ image_id: imageId, preferences: EXAMPLE_PREFERENCES });
  const input = { QueueUrl, MessageGroupId: imageId, MessageDeduplicationId: 'NOW', MessageBody };
  return JSON.stringify(input).replace('NOW', `'"$(date +%s)"'`);
}
