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
function demoFacts(ids: readonly string[], times: readonly string[]): DemoFacts {
  const [httpId = '', queueId = ''] = ids;
  const outcome = (id: string, index: number, image: typeof house | typeof garden, by: object): OutcomeEvent => ({
    id: `${id}.succeeded`,
    type: 'reprocess.succeeded',
    subject: image.id,
    time: times[index] ?? '',
    data: { request: { request_id: id, source: id.split(':')[0] ?? '', ...by }, image: recordOf(image), attempts: 1 },
  });
  return {
    imageIds: { http: house.id, queue: garden.id },
    preferences: EXAMPLE_PREFERENCES,
    queueNames: { requests: 'reprocess-local-requests.fifo', results: 'reprocess-local-results.fifo' },
    calls: [house, garden].map(({ id }) => ({
      method: 'POST',
      path: pathOf(id),
      headers: {
        'x-api-key': '***',
        'x-api-version': stages.local.autoenhanceApiVersion,
        'content-type': 'application/json',
      },
      body: JSON.stringify(EXAMPLE_PREFERENCES),
    })),
    answer: { status: 200, requestId: httpId, body: JSON.stringify(recordOf(house)) },
    events: [outcome(httpId, 0, house, { partner: localPartner(false).name }), outcome(queueId, 1, garden, {})],
  };
}

describe('the README', () => {
  it('shows what the demo prints, ids and times apart', () => {
    const { text } = blockWith(readme, 'What went in: over HTTP');
    const ids = [...new Set(text.match(/(http|sqs):[0-9a-f]{64}/g))];
    const times = text.match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g) ?? [];
    expect([ids.length, times.length]).toEqual([2, 2]);
    expect(text).toBe(demoText(demoFacts(ids, times)));
  });

  const address = (port: number) => `http://127.0.0.1:${port}`;
  const queueUrl = (name: string) => `${address(8788)}/000000000000/reprocess-local-${name}.fifo`;
  const printed = startText({
    addresses: { api: address(8787), sqs: address(8788), dynamodb: address(8789), secretsManager: address(8790) },
    queueUrls: { requests: queueUrl('requests'), results: queueUrl('results'), deadLetters: '' },
    partner: localPartner(false),
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
