import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { routeOf as batchRouteOf } from '../../functions/batch-api/routes.ts';
import { routeOf as callbackRouteOf } from '../../functions/callback-api/routes.ts';
import { STATUS_RULES, type Verdict } from '../../functions/core/processing/retry-policy.ts';
import { sqsMessageRequestId, sqsRequestId } from '../../functions/core/request/reprocess-request.ts';
import { apiEnvironment, deadLettersEnvironment, workerEnvironment } from '../../functions/environment.ts';
import { routeOf as orderRouteOf } from '../../functions/order-api/routes.ts';
import { routeOf } from '../../functions/reprocess-api/routes.ts';
import { ABOUT } from '../../local/sandbox/control.ts';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { stages } from '../infra/support/stages.ts';
import { readDocument, rowsOf } from './support/documents.ts';

const configuration = readDocument('docs/configuration.md');
const messages = readDocument('docs/messages.md');
const local = readDocument('docs/local.md');
const reliability = readDocument('docs/reliability.md');

const withoutMarks = (cell: string) => cell.replaceAll('`', '');

it('the configuration lists each variable with the functions that read it', () => {
  const schemas = [workerEnvironment(), deadLettersEnvironment(), apiEnvironment()];
  const names = new Set(schemas.flatMap(({ shape }) => Object.keys(shape)));
  const wanted = [...names].map((name) => [name, ...schemas.map(({ shape }) => (name in shape ? '✓' : ''))]);
  const listed = rowsOf(configuration, /^`[A-Z_]+`$/).map(([name = '', ...cells]) => [
    withoutMarks(name),
    ...cells.slice(0, 3),
  ]);
  expect(listed.toSorted()).toEqual(wanted.toSorted());
});

const HOUR = 60 * 60;

/** Each setting as the table writes it. */
const WRITTEN: Readonly<Record<string, (value: never) => string>> = {
  retryFor: (seconds: number) => `${seconds / HOUR} h`,
  lostResponseWait: (seconds: number) => `${seconds} s`,
  partnerKeysTtl: (seconds: number) => `${seconds} s`,
  retention: (seconds: number) => `${seconds / HOUR / 24} days`,
  completionLooks: (looks: readonly number[]) => `${looks.map((seconds) => seconds / 60).join(', ')} min`,
  completionWithin: (seconds: number) => `${seconds / HOUR} h`,
  expectsWebhook: (expects: boolean) => (expects ? 'yes' : 'no'),
  keepsData: (keeps: boolean) => (keeps ? 'yes' : 'no'),
  alarmAddress: (address?: string) => address ?? 'none',
  requestSenders: (principals: readonly string[]) => principals.join(', ') || 'none',
  resultReaders: (principals: readonly string[]) => principals.join(', ') || 'none',
  maxQueueDepth: (depth: number) => depth.toLocaleString('en'),
  dailyReset: ({ time, zone }: { time: string; zone: string }) => `${time} ${zone}`,
  apiThrottle: ({ rate, burst }: { rate: number; burst: number }) => `${rate}/s, burst ${burst}`,
  partnerLimits: ({ callsPerSecond, burst, batchesPerDay }: Readonly<Record<string, number>>) =>
    `${callsPerSecond}/s, burst ${burst}, ${batchesPerDay} batches`,
  webhookThrottle: ({ rate, burst }: { rate: number; burst: number }) => `${rate}/s, burst ${burst}`,
};

it('the configuration lists each setting of each stage with its value', () => {
  const [header = []] = rowsOf(configuration, /^setting$/);
  const names = header.slice(1, -1);
  expect(names).toEqual(Object.keys(stages));
  const settings = Object.keys(stages.production) as (keyof typeof stages.production)[];
  for (const setting of settings) {
    const [row = []] = rowsOf(configuration, new RegExp(`^\`${setting}\`$`));
    const cells = row.slice(1, -1).map(withoutMarks);
    const values = Object.values(stages).map((stage) => (WRITTEN[setting] ?? String)(stage[setting] as never));
    expect(
      cells.map((cell) => (cell === 'same' ? cells[0] : cell)),
      setting,
    ).toEqual(values);
  }
});

it('the messages list the routes that the API has', () => {
  const rows = rowsOf(messages, /`(GET|POST) \//);
  const routes = rows.map(([cell = '']) => /`(\w+) ([^`]+)`/.exec(cell)?.slice(1) ?? []);
  const names = routes.map(([method, path = '']) => {
    const rawPath = path.replaceAll(/\{\w+\}/g, 'some');
    const event = { rawPath, requestContext: { http: { method } } } as never;
    return [batchRouteOf, orderRouteOf, callbackRouteOf, routeOf].map((find) => find(event)).find(Boolean)?.name;
  });
  expect(names).toEqual([
    ...['process', 'read_request', 'list_requests', 'retry_request', 'list_image', 'read_image', 'preview'],
    ...['create', 'list', 'read', 'lines', 'results', 'retry', 'pause', 'resume', 'cancel'],
    ...['reprocess', 'partners', 'read_budget', 'read_health', 'health'],
  ]);
});

it('the messages tell how a request id is made', () => {
  const rows = rowsOf(messages, /^`(sender|message)`, /).map((row) => row.map((cell) => withoutMarks(cell)));
  const made = rows.map(([parts = '', text = '', id]) => {
    const [kind, ...rest] = parts.split(', ');
    const [first = '', second = ''] = rest;
    expect(`sqs:${createHash('sha256').update(text).digest('hex')}`).toBe(id);
    expect(kind === 'sender' ? sqsRequestId(`${first}:session`, second) : sqsMessageRequestId(first)).toBe(id);
    return kind;
  });
  expect(made).toEqual(['sender', 'message']);
});

it('the local guide lists the routes that control the sandbox, and the images that it knows', () => {
  const shown = rowsOf(local, /__sandbox/).flatMap(([cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, route]) => route),
  );
  const known = ABOUT.control.flatMap((line) => {
    const [method, ...paths] = (line.split(': ')[0] ?? '').split(/,? /);
    return paths.map((path) => `${method} ${path}`);
  });
  expect(shown.toSorted()).toEqual(['GET /__sandbox', ...known].toSorted());
  const ids = rowsOf(local, /^`[0-9a-f-]{36}`$/).map(([cell = '']) => withoutMarks(cell));
  expect(ids).toEqual(Object.values(KNOWN_IMAGES).map(({ id }) => id));
});

const HAPPENS: Readonly<Record<Verdict, string>> = {
  final: 'fails at once',
  retry: 'is retried',
  may_have_acted: 'is retried five times at most',
  account_fault: 'waits for a person; no attempt counts',
};

it('the guide to reliability says of each status what the code does', () => {
  const [, section = ''] = reliability.text.split('### Which responses are retried');
  const table = { ...reliability, text: section.split('###')[0] ?? '' };
  const listed = rowsOf(table, /\d/).map((row) => row.map(withoutMarks).slice(0, 4));
  const wanted = STATUS_RULES.map(({ statuses, means, verdict, endsAs }) => {
    const named = typeof statuses === 'number' ? `other ${statuses}xx` : statuses.join(', ');
    return [named, means, HAPPENS[verdict], endsAs];
  });
  expect(listed).toEqual(wanted);
});
