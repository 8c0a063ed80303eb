import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startText } from '../../local/start-text.ts';

const facts = {
  addresses: { api: 'http://a:1', sqs: 'http://a:2', dynamodb: 'http://a:3', secretsManager: 'http://a:4' },
  queueUrls: {
    requests: 'http://a:2/0/requests.fifo',
    results: 'http://a:2/0/results.fifo',
    deadLetters: 'http://a:2/0/dead.fifo',
  },
  partner: { name: 'demo', key: 'the-key' },
  operator: { name: 'operator', key: 'the-operator-key' },
  consoleUrl: 'http://a:1/console/',
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
    expect(text).toContain('In both, replace IMAGE_ID by the id of one of your images.\n');
  });

  it('names the folder of the inbox, or none where another service has it', () => {
    const uploads = { bucket: 'uploads', s3: 'http://a:2' };
    expect(startText({ ...facts, uploads: { ...uploads, inbox: 'local/inbox' } })).toContain(
      'Or put a file of requests (.csv, .ndjson, .json) into the folder local/inbox/, or into the bucket',
    );
    expect(startText({ ...facts, uploads })).toContain('(.csv, .ndjson, .json) into the bucket with any S3 client');
  });

  it('has the address of the console, with which a click signs in, where there is one', () => {
    expect(startText(facts)).toContain('\n  http://a:1/console/#key=the-operator-key\n');
    expect(startText({ ...facts, consoleUrl: undefined })).not.toContain('console');
  });

  it('says what is not as usual before the outcomes', () => {
    const text = startText({ ...facts, notices: ['One thing.', 'Another.'] });
    expect(text).toContain('\nOne thing.\n\nAnother.\n\nOutcomes, as they arrive in the results queue:\n');
  });

  it.each([80, 40])('fits a terminal of %i columns, but for commands and addresses', (columns) => {
    const uploads = { bucket: 'uploads', s3: 'http://a:2', inbox: 'local/inbox' };
    const notices = ['Another npm start watches local/inbox, so this one has no inbox.'];
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns });
    const text = startText({ ...facts, uploads, notices }, terminal);
    expect(text).toContain(`  curl -sS http://a:1/v3/images/house/process \\\n`);
    const tooLong = text.split('\n').filter((line) => stripVTControlCharacters(line).length > columns);
    expect(tooLong.filter((line) => !/^ {2}(curl|aws|http| {2}-[Hd])/.test(line))).toEqual([]);
  });
});
