import { describe, expect, it } from 'vitest';
import {
  apiEnvironment,
  callbackApiEnvironment,
  callbackDeliveryEnvironment,
  deadLettersEnvironment,
  readEnvironment,
  sweepEnvironment,
  webhookEnvironment,
} from '../../functions/environment.ts';

const complete = {
  STAGE: 'dev',
  LOG_LEVEL: 'info',
  LEDGER_TABLE: 'ledger',
  REQUESTS_QUEUE_URL: 'https://sqs/requests.fifo',
  PARTNER_KEYS_SECRET_ID: 'partner-keys',
  MAX_QUEUE_DEPTH: '10000',
  PARTNER_KEYS_TTL_SECONDS: '50',
  CONSOLE: 'read-only',
  SESSION_SECRET_ID: 'session-secret',
  DEAD_LETTERS_QUEUE_URL: 'https://sqs/dead-letters.fifo',
  VERSION: '1.2.3',
  DAILY_LIMIT: '500',
  DAILY_RESET: '17:30 Europe/London',
  INTERACTIVE_SHARE: '0.1',
  PARTNER_CALLS_PER_SECOND: '10',
  PARTNER_BURST: '100',
  PARTNER_BATCHES_PER_DAY: '200',
};

const incomplete = "the function's environment is incomplete: ";

describe('a function whose environment', () => {
  it('is complete has its variables, as the values they stand for', () => {
    expect(readEnvironment(apiEnvironment, { ...complete, PATH: '/bin' })).toEqual({
      ...complete,
      MAX_QUEUE_DEPTH: 10_000,
      PARTNER_KEYS_TTL_SECONDS: 50,
      DAILY_LIMIT: 500,
      DAILY_RESET: { minute: 17 * 60 + 30, zone: 'Europe/London' },
      INTERACTIVE_SHARE: 0.1,
      PARTNER_CALLS_PER_SECOND: 10,
      PARTNER_BURST: 100,
      PARTNER_BATCHES_PER_DAY: 200,
    });
  });

  it('has no daily limit, or one for very short days', () => {
    const variables = { ...complete, DAILY_LIMIT: 'none', DAILY_RESET: 'every 6 s' };
    expect(readEnvironment(apiEnvironment, variables)).toMatchObject({
      DAILY_LIMIT: null,
      DAILY_RESET: { everyMs: 6000 },
    });
  });

  it.each(Object.keys(complete))('lacks %s says that it is missing', (name) => {
    expect(() => readEnvironment(apiEnvironment, { ...complete, [name]: undefined })).toThrow(
      new Error(`${incomplete}${name} is missing`),
    );
  });

  it.each([
    ['STAGE', '', 'must not be empty'],
    ['LOG_LEVEL', 'loud-secret', 'must be debug, info, warn or error'],
    ['REQUESTS_QUEUE_URL', 'secret.fifo', 'must begin with http:// or https://'],
    ['MAX_QUEUE_DEPTH', '1e4-secret', 'must be a whole number'],
    ['CONSOLE', 'yes', 'must be on, read-only or off'],
    ['DAILY_LIMIT', '0', 'must be a whole number from 1, or none'],
    ['DAILY_RESET', '24:00 UTC', 'must be HH:MM and a time zone, or every N s'],
    ['INTERACTIVE_SHARE', '1', 'must be a number from 0 to 0.9'],
  ])('has a wrong %s says what is allowed, and never the value', (name, value, rule) => {
    expect(() => readEnvironment(apiEnvironment, { ...complete, [name]: value })).toThrow(
      new Error(`${incomplete}${name} ${rule}`),
    );
  });

  it.each([
    ['LOOKS_SECONDS', '120 300', [120, 300]],
    ['EXPECTS_WEBHOOK', 'yes', true],
    ['EXPECTS_WEBHOOK', 'no', false],
  ] as const)('has %s %j reads %j', (name, text, value) => {
    expect(sweepEnvironment().shape[name].parse(text)).toEqual(value);
  });

  it.each([
    ['sets callbacks', callbackApiEnvironment],
    ['calls partners', callbackDeliveryEnvironment],
  ])('%s may do so with any receiver on the stage local alone', (_, schemaOf) => {
    const variables = {
      ...complete,
      FREE_RECEIVES: '300',
      SLOWED_WAIT_SECONDS: '1800',
      CALLBACK_KEYS_SECRET_ID: 'callback-keys',
      CALLBACKS_QUEUE_URL: 'https://sqs/callbacks.fifo',
      RESULTS_QUEUE_URL: 'https://sqs/results.fifo',
      CALLBACK_LIFETIME_SECONDS: '9',
    };
    const receiversOf = (STAGE: string, CALLBACK_RECEIVERS: string) =>
      readEnvironment(schemaOf, { ...variables, STAGE, CALLBACK_RECEIVERS }).CALLBACK_RECEIVERS;
    expect(receiversOf('local', 'any')).toBe('any');
    for (const stage of ['dev', 'staging', 'production']) {
      expect(receiversOf(stage, 'public')).toBe('public');
      expect(() => receiversOf(stage, 'any')).toThrow(
        new Error(`${incomplete}CALLBACK_RECEIVERS may be any on the stage local alone`),
      );
    }
  });

  it('lacks several names each of them', () => {
    const { STAGE: _, ...rest } = complete;
    expect(() => readEnvironment(apiEnvironment, { ...rest, LOG_LEVEL: '' })).toThrow(
      /STAGE is missing; LOG_LEVEL must be/,
    );
  });

  it.each([
    ['dead letters', deadLettersEnvironment],
    ['webhook', webhookEnvironment],
  ])('is empty says of each variable that it is missing: %s', (_, schemaOf) => {
    const names = Object.keys(schemaOf().shape);
    expect(() => readEnvironment(schemaOf, {})).toThrow(
      new Error(`${incomplete}${names.map((name) => `${name} is missing`).join('; ')}`),
    );
  });
});
