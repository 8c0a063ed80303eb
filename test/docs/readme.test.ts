import { describe, expect, it } from 'vitest';
import { stages } from '../../infra/stages.ts';
import { type DemoFacts, demoText, pathOf } from '../../local/demo-text.ts';
import { EXAMPLE_PREFERENCES } from '../../local/example.ts';
import type { OutcomeEvent } from '../../local/outcomes.ts';
import { createImages } from '../../local/sandbox/images.ts';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { localPartner } from '../../local/secrets.ts';
import { outcomeLine, startText } from '../../local/start-text.ts';
import { blockWith, readDocument } from './support/documents.ts';

const readme = readDocument('README.md');
const { house, garden } = KNOWN_IMAGES;

/** An image's record as the sandbox answers the example. */
function recordOf(image: typeof house | typeof garden): Readonly<Record<string, unknown>> {
  const images = createImages({ now: () => 0, processingMs: 1, dailyLimit: 1 });
  images.add(image);
  return images.process(image.id, EXAMPLE_PREFERENCES) ?? {};
}

/** What a run of the demo sees whose ids and times are these. */
function demoFacts(
  ids: readonly string[],
  times: readonly string[],
  finishedIds: readonly string[] = ['', ''],
): DemoFacts {
  const [httpId = ''] = ids;
  const byDemo = { partner: localPartner(false).name };
  const event = (index: number, image: typeof house | typeof garden, by: object) => ({
    subject: image.id,
    time: times[index] ?? '',
    request: { request_id: ids[index % 2] ?? '', source: ids[index % 2]?.split(':')[0] ?? '', ...by },
  });
  const outcome = (index: number, image: typeof house | typeof garden, by: object): OutcomeEvent => {
    const { request, ...head } = event(index, image, by);
    const data = { request, image: recordOf(image), attempts: 1 };
    return { ...head, id: `${request.request_id}.succeeded`, type: 'reprocess.succeeded', data };
  };
  const finished = (index: number, image: typeof house | typeof garden, by: object): OutcomeEvent => {
    const { request, ...head } = event(index, image, by);
    const data = { request, image: { ...recordOf(image), status: 'processed' }, error: false, confirmed: true };
    return { ...head, id: finishedIds[index % 2] ?? '', type: 'image.processed', data };
  };
  const call = (method: string, path: string, body: string) => ({
    method,
    path,
    headers: {
      'x-api-key': '***',
      'x-api-version': stages.local.autoenhanceApiVersion,
      'content-type': 'application/json',
    },
    body,
  });
  return {
    imageIds: { http: house.id, queue: garden.id },
    preferences: EXAMPLE_PREFERENCES,
    queueNames: { requests: 'reprocess-local-requests.fifo', results: 'reprocess-local-results.fifo' },
    calls: [house, garden].flatMap(({ id }) => [
      call('POST', pathOf(id), JSON.stringify(EXAMPLE_PREFERENCES)),
      call('GET', `/v3/images/${id}`, ''),
    ]),
    answer: { status: 200, requestId: httpId, body: JSON.stringify(recordOf(house)) },
    webhookBodies: [house, garden].map(({ id }) =>
      JSON.stringify({
        event: 'image_processed',
        image_id: id,
        error: false,
        order_id: null,
        order_is_processing: false,
      }),
    ),
    events: [outcome(0, house, byDemo), outcome(1, garden, {}), finished(2, house, byDemo), finished(3, garden, {})],
  };
}

describe('the README', () => {
  it('shows what the demo prints, ids and times apart', () => {
    const { text } = blockWith(readme, 'What went in: over HTTP');
    const ids = [...new Set(text.match(/(http|sqs):[0-9a-f]{64}/g))];
    const times = text.match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g) ?? [];
    const finishedIds = [...text.matchAll(/^ {2}id {8}([0-9a-f-]{36})$/gm)].map(([, id = '']) => id);
    expect([ids.length, times.length, finishedIds.length]).toEqual([2, 4, 2]);
    expect(text).toBe(demoText(demoFacts(ids, times, finishedIds)));
  });

  const address = (port: number) => `http://127.0.0.1:${port}`;
  const queueUrl = (name: string) => `${address(8788)}/000000000000/reprocess-local-${name}.fifo`;
  const printed = startText({
    addresses: { api: address(8787), sqs: address(8788), dynamodb: address(8789), secretsManager: address(8790) },
    queueUrls: { requests: queueUrl('requests'), results: queueUrl('results'), deadLetters: '' },
    partner: localPartner(false),
    webhook: { url: `${address(8787)}/webhooks/autoenhance`, token: 'webhook-…' },
    sandboxUrl: address(8791),
    imageId: house.id,
  });

  it('shows lines that npm start prints', () => {
    const lines = blockWith(readme, 'HTTP API')
      .text.split('\n')
      .filter((line) => line !== '');
    const outcome = lines.pop() ?? '';
    expect(lines.filter((line) => !printed.split('\n').includes(line))).toEqual([]);
    const [event] = demoFacts(['http:1'], [`2026-11-22T${outcome.trim().slice(0, 8)}.000Z`]).events;
    expect(event && outcomeLine(event)).toBe(outcome);
  });

  it('shows the curl that npm start prints', () => {
    const { text } = blockWith(readme, 'curl -sS http://127.0.0.1:8787');
    expect(printed.replaceAll(/^ {2}/gm, '')).toContain(text);
  });
});
