import { describe, expect, it } from 'vitest';
import { hiddenSentence } from '../../local/hidden-messages.ts';
import { outcomeRow } from '../../local/outcome-row.ts';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { localOperator, localPartner } from '../../local/secrets.ts';
import { startText } from '../../local/start-text.ts';
import { rowText } from '../../local/terminal/row.ts';
import { troubleRow } from '../../local/trouble.ts';
import { blockWith, readDocument } from './support/documents.ts';

const readme = readDocument('README.md');
const { house } = KNOWN_IMAGES;

describe('the README', () => {
  const address = (port: number) => `http://127.0.0.1:${port}`;
  const queueUrl = (name: string) => `${address(8788)}/000000000000/reprocess-local-${name}.fifo`;
  const printed = startText({
    addresses: { api: address(8787), sqs: address(8788), dynamodb: address(8789), secretsManager: address(8790) },
    queueUrls: { requests: queueUrl('requests'), results: queueUrl('results'), deadLetters: '' },
    partner: localPartner(false),
    operator: localOperator(false),
    consoleUrl: `${address(8787)}/console/`,
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
    const head = { id: 'http:1.succeeded', type: 'reprocess.succeeded', subject: house.id };
    const time = `2026-11-22T${outcome.trim().slice(0, 8)}.000Z`;
    const data = { request: { request_id: 'http:1', source: 'http' }, image: { status: 'processing' }, attempts: 1 };
    expect(rowText(outcomeRow({ ...head, time, data }))).toBe(outcome);
  });

  it('shows an excerpt of what the demo prints', () => {
    const demo = blockWith(readDocument('docs/demo.md'), 'What went in: over HTTP').text;
    expect(demo).toContain(blockWith(readme, 'The HTTP response').text.trimEnd());
  });

  it('has at most 150 lines', () => {
    expect(readme.text.split('\n').length).toBeLessThanOrEqual(150);
  });

  it('shows the curl that npm start prints', () => {
    const { text } = blockWith(readme, 'curl -sS http://127.0.0.1:8787');
    expect(printed.replaceAll(/^ {2}/gm, '')).toContain(text);
  });
});

describe('docs/local.md', () => {
  const local = readDocument('docs/local.md');

  it('shows what npm start says of hidden messages', () => {
    const { text } = blockWith(local, 'messages are still hidden');
    const until = Date.parse('2026-11-22T13:50:04Z');
    expect(text.trim()).toBe(hiddenSentence({ count: 3, until }, until - 360_000));
  });

  it('shows outcomes and a warning as npm start prints them', () => {
    const [refused = '', failed = '', warning = ''] = blockWith(local, '13:44:14  image.failed').text.split('\n');
    const request = { request_id: 'http:1', source: 'http' };
    const error = {
      code: 'invalid_preferences',
      detail:
        'the endpoint answered 422: the preferences are wrong; cloud_type: Must be one of: CLEAR, LOW_CLOUD, HIGH_CLOUD, LOW_CLOUD_LOW_SAT.',
    };
    const image = { status: 'error', status_reason: 'Daily enhancement limit reached' };
    const event = { id: '1', time: '2026-11-22T13:44:14.000Z' };
    const { garden, kitchen } = KNOWN_IMAGES;
    const data = { request, error, attempts: 1 };
    expect(rowText(outcomeRow({ ...event, type: 'reprocess.failed', subject: garden.id, data }))).toBe(refused);
    const ended = { ...event, type: 'image.failed', subject: kitchen.id, data: { request, image, error: true } };
    expect(rowText(outcomeRow(ended))).toBe(failed);
    const facts = {
      level: 'warn',
      message: 'the request waits for its next attempt',
      timestamp: '2026-11-22T13:44:16.000Z',
      function: 'reprocess-worker',
      request_id: 'sqs:c05e…',
      image_id: garden.id,
      attempt: 1,
      wait_ms: 2000,
      error: { code: 'refused_for_now', detail: 'the endpoint answered 503: it failed' },
    };
    expect(rowText(troubleRow('worker', JSON.stringify(facts)))).toBe(warning);
  });
});
