import { describe, expect, it } from 'vitest';
import { actionPattern, arnPattern, resourcePattern, textPattern } from '../../../local/iam/wildcards.ts';

describe('an action', () => {
  it.each([
    ['sqs:SendMessage', 'sqs:SendMessage', true],
    ['SQS:sendmessage', 'sqs:SendMessage', true],
    ['sqs:*', 'sqs:SendMessage', true],
    ['*', 'sqs:SendMessage', true],
    ['sqs:Send*', 'sqs:SendMessage', true],
    ['s?s:SendMessage', 'sqs:SendMessage', true],
    ['sqs:SendMessage', 'sqs:SendMessageBatch', false],
    ['sqs:Send?', 'sqs:SendMessage', false],
    ['s.s:SendMessage', 'sqs:SendMessage', false],
  ])('%s and %s fit: %s', (pattern, action, fits) => expect(actionPattern(pattern)(action)).toBe(fits));
});

describe('a resource', () => {
  it.each([
    ['*', 'arn:aws:sqs:us-east-1:1:queue', true],
    ['arn:aws:sqs:us-east-1:1:queue', 'arn:aws:sqs:us-east-1:1:queue', true],
    ['arn:aws:sqs:us-east-1:1:queue', 'arn:aws:sqs:us-east-1:1:Queue', false],
    ['arn:aws:sqs:us-east-1:1:queue', 'arn:aws:sqs:us-east-1:1:queue2', false],
    ['arn:aws:s3:::bucket/requests/*', 'arn:aws:s3:::bucket/requests/a/b:c?*.csv', true],
    ['arn:aws:s3:::bucket/requests/*', 'arn:aws:s3:::bucket/images/a', false],
    ['arn:aws:s3:::bucket/requests/*', 'arn:aws:s3:::bucket/requests', false],
    ['arn:aws:s3:::bucket/a?c', 'arn:aws:s3:::bucket/abc', true],
    ['arn:aws:s3:::bucket/*/c', 'arn:aws:s3:::bucket/a/b/c', true],
    ['arn:aws:logs:*:1:log-group:a', 'arn:aws:logs:us-east-1:1:log-group:a', true],
    ['arn:aws:logs:us-east-1:1:log-group:a:*', 'arn:aws:logs:us-east-1:1:log-group:a:log-stream:b', true],
    // A `*` at the end of a part reaches beyond the colon, any other does not.
    ['arn:aws:logs:*:b', 'arn:aws:logs:us-east-1:1:log-group:b', true],
    ['arn:aws:s*s:queue', 'arn:aws:sqs:us-east-1:s:queue', false],
  ])('%s and %s fit: %s', (pattern, arn, fits) => expect(resourcePattern(pattern)(arn)).toBe(fits));
});

it.each([
  ['file:*', 'file:a:b\nc', true],
  ['file:*', 'http:a', false],
  ['fil?:', 'file:', true],
  ['a+', 'aa', false],
])('of the texts %s and %s it says %s', (pattern, text, fits) => expect(textPattern(pattern)(text)).toBe(fits));

it.each([
  ['arn:aws:events:*:1:rule/*', 'arn:aws:events:us-east-1:1:rule/a', true],
  ['arn:aws:execute-api:us-east-1:1:local/*/*', 'arn:aws:execute-api:us-east-1:1:local/$default/$default', true],
  ['arn:*', 'arn:aws:events:us-east-1:1:rule/a', false],
  ['arn:aws:*:*:*:*', 'arn:aws', false],
  ['arn:aws:events:us-east-1:*:rule/a', 'arn:aws:events:us-east-1:1:2:rule/a', false],
])('of the ARNs %s and %s it says %s', (pattern, arn, fits) => expect(arnPattern(pattern)(arn)).toBe(fits));
