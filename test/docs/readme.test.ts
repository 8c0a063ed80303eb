import { describe, expect, it } from 'vitest';
import { outcomeLine } from '../../local/outcome-row.ts';
import { KNOWN_IMAGES } from '../../local/sandbox/known-images.ts';
import { localPartner } from '../../local/secrets.ts';
import { startText } from '../../local/start-text.ts';
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
    expect(outcomeLine({ ...head, time, data })).toBe(outcome);
  });

  it('shows the curl that npm start prints', () => {
    const { text } = blockWith(readme, 'curl -sS http://127.0.0.1:8787');
    expect(printed.replaceAll(/^ {2}/gm, '')).toContain(text);
  });
});
