import { maskedHeaders } from './masked-headers.ts';
import { failureIn, type OutcomeEvent } from './outcomes.ts';
import { wrapJson } from './wrap-json.ts';

/** What one run of the demo sent and received. */
export interface DemoFacts {
  readonly imageIds: { readonly http: string; readonly queue: string };
  readonly preferences: Readonly<Record<string, unknown>>;
  readonly queueNames: { readonly requests: string; readonly results: string };
  /** The calls to the endpoint; the key is masked. */
  readonly calls: readonly DemoCall[];
  readonly response: DemoResponse | undefined;
  /** The bodies of the webhook's calls for finished images. */
  readonly webhookBodies: readonly string[];
  readonly events: readonly OutcomeEvent[];
}

export interface DemoCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface DemoResponse {
  readonly status: number;
  readonly requestId: string;
  readonly body: string;
}

/** The headers that matter to the endpoint. The others concern the connection. */
const SHOWN_HEADERS = ['x-api-key', 'x-api-version', 'content-type'];

/** The demo's output: what went in, what the endpoint received, and what came out. */
export function demoText(facts: DemoFacts): string {
  const { imageIds, preferences, queueNames, response, calls, events } = facts;
  const sent = calls.filter(({ method }) => method === 'POST');
  // Sorted by image, because the order of concurrent calls is random.
  const asked = Object.values(imageIds).flatMap((id) =>
    calls.filter(({ method, path }) => method === 'GET' && path.endsWith(`/${id}`)),
  );
  const [outcomes, finished] = [events.filter((event) => !isFinished(event)), events.filter(isFinished)];
  const eventSection = (event: OutcomeEvent) =>
    section(`What came out: on the queue ${queueNames.results}`, eventLines(event, facts));
  const missing = missingFrom(facts);
  const sections = [
    section('What went in: over HTTP', [
      `POST ${pathOf(imageIds.http)}`,
      ...headerLines(maskedHeaders({ 'x-api-key': 'the key', 'content-type': 'application/json' })),
      ...wrapJson(preferences),
    ]),
    section(`What went in: on the queue ${queueNames.requests}`, [
      `message group ${imageIds.queue}`,
      ...wrapJson({ image_id: imageIds.queue, preferences }),
    ]),
    ...sent.map(({ method, path, headers, body }, index) => {
      const shown = SHOWN_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]));
      const lines = [`${method} ${path}`, ...headerLines(Object.fromEntries(shown)), ...wrapJson(parsed(body))];
      return section(`What the endpoint received: call ${index + 1}`, lines);
    }),
    ...(response === undefined ? [] : [section('The HTTP response', responseLines(response, facts))]),
    ...outcomes.map(eventSection),
    ...facts.webhookBodies.map((body, index) =>
      section(`What the webhook received: call ${index + 1}`, [
        'POST /webhooks/autoenhance',
        ...headerLines(maskedHeaders({ authentication: 'the token' })),
        ...wrapJson(parsed(body)),
      ]),
    ),
    ...(asked.length === 0
      ? []
      : [
          section(
            'Follow-up calls to the endpoint',
            asked.map(({ method, path }) => `${method} ${path}`),
          ),
        ]),
    ...finished.map(eventSection),
    missing.length === 0 ? 'Everything arrived.' : section('Missing', missing),
  ];
  return sections.join('\n\n');
}

/** What should have arrived and did not. */
export function missingFrom({ imageIds, preferences, calls, response, events }: DemoFacts): readonly string[] {
  const images = Object.entries(imageIds);
  const wanted = JSON.stringify(preferences);
  return [
    ...(response?.status === 200 ? [] : [`the HTTP response must be 200, got ${response?.status ?? 'none'}`]),
    ...images
      .filter(([, id]) => !calls.some(({ path, body }) => path === pathOf(id) && body === wanted))
      .map(([source]) => `the endpoint did not receive the request over ${source}`),
    ...images
      .filter(([, id]) => !events.some(({ subject, type }) => subject === id && type === 'reprocess.succeeded'))
      .map(([source]) => `there is no reprocess.succeeded for the request over ${source}`),
    ...images
      .filter(([, id]) => !events.some(({ subject, type }) => subject === id && type === 'image.processed'))
      .map(([source]) => `there is no image.processed for the request over ${source}`),
  ];
}

function isFinished({ type }: OutcomeEvent): boolean {
  return type.startsWith('image.');
}

export function pathOf(imageId: string): string {
  return `/v3/images/${imageId}/process`;
}

function responseLines({ status, requestId, body }: DemoResponse, facts: DemoFacts): readonly string[] {
  return [String(status), ...headerLines({ 'reprocess-request-id': requestId }), ...recordLines(parsed(body), facts)];
}

function eventLines(event: OutcomeEvent, facts: DemoFacts): readonly string[] {
  const { id, type, subject, time, data } = event;
  const { request, attempts, confirmed, image } = data;
  const failure = failureIn(event);
  const partner = request?.partner === undefined ? '' : `, by partner ${request.partner}`;
  const named: readonly (readonly [string, readonly string[]])[] = [
    ['type', [type]],
    ['id', [id]],
    ['subject', [subject]],
    ['time', [time]],
    ['request', [`over ${request?.source}${partner}`]],
    ['attempts', attempts === undefined ? [] : [String(attempts)]],
    ['confirmed', confirmed === undefined ? [] : [String(confirmed)]],
    failure === undefined ? ['image', recordLines(image, facts)] : ['error', wrapJson(failure)],
  ];
  return named.flatMap(([name, lines]) => lines.map((line, index) => `${(index === 0 ? name : '').padEnd(10)}${line}`));
}

/** An image's record has about twenty fields. Shows those that the demo is about, and the number of others. */
function recordLines(record: unknown, { preferences }: DemoFacts): readonly string[] {
  if (typeof record !== 'object' || record === null) return wrapJson(record);
  const names = ['image_id', 'status', ...Object.keys(preferences)];
  const shown = Object.fromEntries(names.filter((name) => name in record).map((name) => [name, record[name as never]]));
  const more = Object.keys(record).length - Object.keys(shown).length;
  return more === 0 ? wrapJson(shown) : [...wrapJson(shown), `and ${more} more fields`];
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}

function headerLines(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
