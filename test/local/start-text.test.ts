import { describe, expect, it } from 'vitest';
import { outcomeLine, startText } from '../../local/start-text.ts';

const facts = {
  addresses: { api: 'http://a:1', sqs: 'http://a:2', dynamodb: 'http://a:3', secretsManager: 'http://a:4' },
  queueUrls: {
    requests: 'http://a:2/0/requests.fifo',
    results: 'http://a:2/0/results.fifo',
    deadLetters: 'http://a:2/0/dead.fifo',
  },
  partner: { name: 'demo', key: 'the-key' },
  webhook: { url: 'http://a:1/webhooks/autoenhance', token: 'the-token' },
  sandboxUrl: 'http://a:5',
  imageId: 'house',
};

describe('what npm start prints', () => {
  it('names every address', () => {
    expect(startText(facts)).toContain(`
  HTTP API         http://a:1
  SQS              http://a:2
  DynamoDB         http://a:3
  Secrets Manager  http://a:4
  Autoenhance      http://a:5 (a sandbox: it enhances nothing)
  request queue    http://a:2/0/requests.fifo
  results queue    http://a:2/0/results.fifo
  webhook          http://a:1/webhooks/autoenhance (its token: the-token)
`);
  });

  it('says that it is the real endpoint, and whose image id is wanted', () => {
    const text = startText({ ...facts, sandboxUrl: undefined, imageId: 'IMAGE_ID' });
    expect(text).toContain('Autoenhance      the real one, with your key\n');
    expect(text).toContain('In both, IMAGE_ID stands for the id of an image of yours.\n');
  });
});

describe('an outcome is one line', () => {
  const event = {
    id: 'http:1.succeeded',
    type: 'reprocess.succeeded',
    subject: 'house',
    time: '2026-11-22T10:00:01.000Z',
  };
  it.each([
    [
      'of what succeeded',
      {
        ...event,
        data: { request: { request_id: 'http:1', source: 'http' }, image: { status: 'processing' }, attempts: 1 },
      },
      '  10:00:01  reprocess.succeeded  house  1 attempt, over http, image is processing',
    ],
    [
      'of what failed',
      {
        ...event,
        type: 'reprocess.failed',
        data: {
          request: { request_id: 'sqs:1', source: 'sqs' },
          error: { code: 'not_found', detail: 'no image' },
          attempts: 2,
        },
      },
      '  10:00:01  reprocess.failed  house  2 attempts, over sqs, not_found: no image',
    ],
    [
      'of an image that is finished',
      {
        ...event,
        type: 'image.processed',
        data: { request: { request_id: 'http:1', source: 'http' }, image: { status: 'processed' }, error: false },
      },
      '  10:00:01  image.processed  house  over http, image is processed',
    ],
    ['of what tells nothing', { ...event, data: {} }, '  10:00:01  reprocess.succeeded  house  '],
  ])('%s', (_, outcome, line) => {
    expect(outcomeLine(outcome)).toBe(line);
  });
});
