import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A function that the alias `live` leads to, in every service stack. */
export interface FunctionFacts {
  readonly live: number;
  /** Versions to which the alias sends a share. */
  readonly shifting?: readonly number[];
  /** When each version was published, by its number. */
  readonly versions: Readonly<Record<number, string>>;
}

export interface StackFacts {
  /** When its last deploy began, if it was not the first. */
  readonly updatedAt?: string;
  readonly status?: string;
  readonly isProtected?: boolean;
  /** The status that its deletion ends in; without it the stack is gone. */
  readonly afterDelete?: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface ControlPlane {
  /** By name; what is not among them does not exist. */
  readonly stacks: Readonly<Record<string, StackFacts>>;
  /** By name. */
  readonly functions?: Readonly<Record<string, FunctionFacts>>;
  /** What SNS says of each subscription to the topic of alarms: its ARN, or `PendingConfirmation`. */
  readonly subscriptions?: readonly string[];
  /** Of the worker's event-source mapping; null: there is none. 'denied': the caller may not know of any. */
  readonly mapping: string | null;
  /** Of the mapping that delivers callbacks, 'Enabled' if nothing else is said; null: there is none. */
  readonly callbackMapping?: string | null;
}

/**
 * What CloudFormation, Lambda's ListEventSourceMappings and SNS's ListSubscriptionsByTopic answer, on the wire.
 * @param changes is handed each call that changes a stack: `DeleteStack reprocess-dev-service`
 * @returns its URL
 */
export async function startControlPlane(
  { stacks: given, functions = {}, subscriptions = [], mapping, callbackMapping = 'Enabled' }: ControlPlane,
  changes: string[] = [],
): Promise<string> {
  const stacks: Record<string, StackFacts> = { ...given };
  const server = createServer(async (request, response) => {
    if (request.url?.includes('/event-source-mappings')) {
      const arn = new URL(request.url, 'http://any').searchParams.get('EventSourceArn') ?? '';
      const [status, body] = mapping === 'denied' ? MAPPINGS_DENIED : mappingsOf({ mapping, callbackMapping }, arn);
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(status === 403 && { 'x-amzn-errortype': 'AccessDeniedException' }),
      });
      response.end(JSON.stringify(body));
      return;
    }
    if (request.url?.startsWith('/2015-03-31/functions/')) {
      const isKnown = Object.hasOwn(functions, /^\/[^/]+\/functions\/([^/?]+)/.exec(request.url)?.[1] ?? '');
      response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(ofFunction(request.method ?? '', request.url, await textOf(request), functions, changes)),
      );
      return;
    }
    const call = new URLSearchParams(await textOf(request));
    const action = call.get('Action') ?? '';
    const name = (call.get('StackName') ?? '').replace(/^arn:.*:stack\/([^/]+)\/.*$/, '$1');
    if (action === 'ListSubscriptionsByTopic') {
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(listedSubscriptions(call.get('TopicArn') ?? '', subscriptions));
      return;
    }
    if (action === 'ListStackResources') {
      const isKnown = name in stacks;
      response.writeHead(isKnown ? 200 : 400, { 'content-type': 'text/xml' });
      response.end(isKnown ? listedResources(Object.keys(functions), call.get('NextToken')) : unknownStack(name));
      return;
    }
    if (action !== 'DescribeStacks') {
      changes.push(`${action} ${name}`);
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(changed(action, name, stacks));
      return;
    }
    const stack = stacks[name];
    response.writeHead(stack === undefined ? 400 : 200, { 'content-type': 'text/xml' });
    response.end(stack === undefined ? unknownStack(name) : describedStack(name, stack));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

const MAPPINGS_DENIED = [403, { Message: 'not authorized to perform: lambda:ListEventSourceMappings' }] as const;

function mappingsOf(
  { mapping, callbackMapping }: Required<Pick<ControlPlane, 'mapping' | 'callbackMapping'>>,
  arn: string,
): readonly [number, unknown] {
  const all = [
    { queue: 'requests', State: mapping, of: 'worker' },
    { queue: 'callbacks', State: callbackMapping, of: 'deliveries' },
  ];
  const found = all.filter(({ queue, State }) => arn.endsWith(`:reprocess-local-${queue}.fifo`) && State !== null);
  const mappings = found.map(({ State, of }) => {
    const FunctionArn = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${of}:live`;
    return { UUID: of, State, FunctionArn, EventSourceArn: arn };
  });
  return [200, { EventSourceMappings: mappings }];
}

/** GetAlias, UpdateAlias, ListVersionsByFunction and DeleteFunction of Lambda. */
function ofFunction(
  method: string,
  url: string,
  body: string,
  functions: Readonly<Record<string, FunctionFacts>>,
  changes: string[],
): unknown {
  const { pathname, searchParams } = new URL(url, 'http://any');
  const [name = '', what] = pathname.split('/').slice(3);
  const { live, shifting = [], versions } = functions[name] ?? { live: 0, versions: {} };
  if (method === 'PUT') changes.push(`UpdateAlias ${name} ${JSON.parse(body).FunctionVersion}`);
  if (method === 'DELETE') changes.push(`DeleteFunction ${name} ${searchParams.get('Qualifier')}`);
  if (method !== 'GET') return {};
  if (what === 'versions') {
    const published = Object.entries(versions).map(([Version, LastModified]) => ({ Version, LastModified }));
    // In no order that anybody could rely on.
    const all = [{ Version: '$LATEST', LastModified: '2026-11-25T10:00:00.000+0000' }, ...published.reverse()];
    const { shown, next } = pageOf(all, searchParams.get('Marker'));
    return { Versions: shown, NextMarker: next };
  }
  const AdditionalVersionWeights = Object.fromEntries(shifting.map((version) => [version, 0.1]));
  return {
    Name: 'live',
    FunctionVersion: String(live),
    ...(shifting.length > 0 && { RoutingConfig: { AdditionalVersionWeights } }),
  };
}

const ACCOUNT = '123456789012';

function changed(action: string, name: string, stacks: Record<string, StackFacts>): string {
  const { afterDelete: status, ...stack } = stacks[name] ?? { outputs: {} };
  if (action === 'UpdateTerminationProtection')
    stacks[name] = { ...stack, ...(status && { afterDelete: status }), isProtected: false };
  else if (stack.isProtected) throw new Error(`${name} is protected from ${action}`);
  else if (status === undefined) delete stacks[name];
  else stacks[name] = { ...stack, status };
  return `<${action}Response ${XMLNS}><${action}Result><StackId>${stackId(name)}</StackId></${action}Result></${action}Response>`;
}

const stackId = (name: string) => `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/${name}/1`;

const XMLNS = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';

function describedStack(
  name: string,
  { status = 'UPDATE_COMPLETE', isProtected = false, updatedAt, outputs }: StackFacts,
): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stack = `<member><StackId>${stackId(name)}</StackId><StackName>${name}</StackName><EnableTerminationProtection>${isProtected}</EnableTerminationProtection><StackStatusReason>the reason</StackStatusReason><CreationTime>2026-11-25T10:00:00Z</CreationTime>${updatedAt === undefined ? '' : `<LastUpdatedTime>${updatedAt}</LastUpdatedTime>`}<StackStatus>${status}</StackStatus><Outputs>${members.join('')}</Outputs></member>`;
  return `<DescribeStacksResponse ${XMLNS}><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

function listedSubscriptions(topic: string, arns: readonly string[]): string {
  const members = arns.map(
    (arn) =>
      `<member><TopicArn>${topic}</TopicArn><Protocol>email</Protocol><SubscriptionArn>${arn}</SubscriptionArn><Endpoint>owner@example.com</Endpoint></member>`,
  );
  return `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${members.join('')}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;
}

function listedResources(functions: readonly string[], token: string | null): string {
  const ids = [
    ['AWS::Lambda::Function', 'any'],
    ...functions.map((name) => ['AWS::Lambda::Alias', `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${name}:live`]),
  ];
  const { shown, next } = pageOf(ids, token);
  const members = shown.map(
    ([type, id]) =>
      `<member><ResourceType>${type}</ResourceType><PhysicalResourceId>${id}</PhysicalResourceId></member>`,
  );
  return `<ListStackResourcesResponse ${XMLNS}><ListStackResourcesResult><StackResourceSummaries>${members.join('')}</StackResourceSummaries>${next === undefined ? '' : `<NextToken>${next}</NextToken>`}</ListStackResourcesResult></ListStackResourcesResponse>`;
}

const PAGE_ITEMS = 2;

/** A list comes in pages as short as they may be. @param token of the page before */
function pageOf<T>(all: readonly T[], token: string | null): { readonly shown: readonly T[]; readonly next?: string } {
  const begin = Number(token ?? 0);
  const end = begin + PAGE_ITEMS;
  return { shown: all.slice(begin, end), ...(end < all.length && { next: String(end) }) };
}

function unknownStack(name: string): string {
  return `<ErrorResponse ${XMLNS}><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error></ErrorResponse>`;
}

/** What leads a command to the control plane, and signs it in. */
export const environmentOf = (url: string) => ({
  AWS_ENDPOINT_URL_CLOUDFORMATION: url,
  AWS_ENDPOINT_URL_LAMBDA: url,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
});
