import { describe, expect, it } from 'vitest';
import { deployedStages, parseStageName, parseStages, settingsOf } from '../../infra/stages.ts';
import { stages } from './support/stages.ts';

const DAYS = 24 * 60 * 60;

describe('the table of stages', () => {
  it('deploys dev, staging and production, and not the local stage', () => {
    expect(deployedStages).toEqual(['dev', 'staging', 'production']);
    expect(stages).toHaveProperty('local');
  });

  it('keeps data where somebody would miss it', () => {
    expect(deployedStages.filter((name) => settingsOf(name).keepsData)).toEqual(['staging', 'production']);
  });

  it('calls the real endpoint with the version that the contract was written from', () => {
    expect(Object.values(stages).map(({ autoenhanceBaseUrl }) => autoenhanceBaseUrl)).toEqual(
      Array(4).fill('https://api.autoenhance.ai'),
    );
    expect(Object.values(stages).map(({ autoenhanceApiVersion }) => autoenhanceApiVersion)).toEqual(
      Array(4).fill('2025-05-08'),
    );
  });
});

describe('a region', () => {
  const regions = ['eu-west-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'cn-northwest-1', 'eusc-de-east-1'];
  it.each([...regions, 'ap-southeast-10'])('of any partition may be set: %s', (region) => {
    expect(parseStages({ dev: { keepsData: false, region } }).dev.region).toBe(region);
  });
});

describe('an entry at the edge of what is allowed is taken', () => {
  const beside = { callsPerSecond: 1, sweepCallsPerSecond: 1, webhookThrottle: { rate: 1, burst: 1 } };
  it.each<object>([
    { autoenhanceBaseUrl: 'https://sandbox-1.Team.test:8443' },
    { autoenhanceApiVersion: '' },
    { ...beside, workerConcurrency: 278 },
    { workerConcurrency: 10, callsPerSecond: 20, webhookThrottle: { rate: 70, burst: 200 } },
    { lostResponseWait: 10 },
    { completionWithin: 13 * DAYS },
    { uploadsExpireAfterDays: 2 },
    { logRetentionDays: 3653 },
    { interactiveShare: 0 },
    { interactiveShare: 0.9 },
    { retention: 136_801 },
    { retention: 1 * DAYS, dailyLimit: null },
    { retention: 14 * DAYS },
    { requestSenders: ['arn:aws-cn:iam::123456789012:role/orders'] },
  ])('%j', (change) => {
    expect(() => parseStages({ dev: { ...stages.dev, ...change } })).not.toThrow();
  });
});

describe('a wrong entry is refused with its place and the reason', () => {
  const url = 'must be https://, a host and no path: the key travels there';
  it.each([
    ['dev.account is "12345": must be 12 digits', { account: '12345' }],
    ['dev.region is "Ireland": must be a region such as eu-west-1', { region: 'Ireland' }],
    [
      `dev.autoenhanceBaseUrl is "http://api.autoenhance.ai": ${url}`,
      { autoenhanceBaseUrl: 'http://api.autoenhance.ai' },
    ],
    [
      `dev.autoenhanceBaseUrl is "https://api.autoenhance.ai/v3": ${url}`,
      { autoenhanceBaseUrl: 'https://api.autoenhance.ai/v3' },
    ],
    [`dev.autoenhanceBaseUrl is "https://a b": ${url}`, { autoenhanceBaseUrl: 'https://a b' }],
    [`dev.autoenhanceBaseUrl is "https://user@host": ${url}`, { autoenhanceBaseUrl: 'https://user@host' }],
    [`dev.autoenhanceBaseUrl is "https://host?a=b": ${url}`, { autoenhanceBaseUrl: 'https://host?a=b' }],
    ['dev.autoenhanceApiVersion is "v3": must be a date such as 2025-05-08, or empty', { autoenhanceApiVersion: 'v3' }],
    [
      'dev.workerConcurrency is 1: must be at least 2: Lambda takes no smaller maximum concurrency',
      { workerConcurrency: 1 },
    ],
    ['dev.workerConcurrency is 1001: Too big: expected number to be <=1000', { workerConcurrency: 1001 }],
    ['dev.callsPerSecond is 0: Too small: expected number to be >0', { callsPerSecond: 0 }],
    [
      'dev: workerConcurrency × callsPerSecond + webhookThrottle.rate + sweepCallsPerSecond + 20 (for images) must be at most 300, got 10 × 20 + 71 + 10 + 20 = 301: the endpoint refuses more from one address',
      { workerConcurrency: 10, callsPerSecond: 20, webhookThrottle: { rate: 71, burst: 200 } },
    ],
    ['dev.completionLooks is [120,60]: must rise from one to the next', { completionLooks: [120, 60] }],
    ['dev.completionLooks is [60,60]: must rise from one to the next', { completionLooks: [60, 60] }],
    ['dev.completionLooks is []: Too small: expected array to have >=1 items', { completionLooks: [] }],
    [
      'dev.completionLooks is [120,600]: must all be less than completionWithin: after that, nobody looks any more',
      { completionLooks: [120, 600], completionWithin: 600 },
    ],
    [
      'dev.completionWithin is 1123201: must be at most 13 days: the ledger forgets a started request after 14',
      { completionWithin: 13 * DAYS + 1 },
    ],
    [
      'dev.uploadsExpireAfterDays is 1: must be at least 2: with less, every batch would end too near the day on which its file expires',
      { uploadsExpireAfterDays: 1 },
    ],
    ['dev.webhookConcurrency is 0: Too small: expected number to be >0', { webhookConcurrency: 0 }],
    [
      'dev: retryFor must be shorter than retention less 13 h, got 39600 s and 86400 s - 13 h = 39600 s: a request would end as expired before it is given up',
      { retryFor: 11 * 3600, retention: 1 * DAYS },
    ],
    [
      'dev.lostResponseWait is 9: must be at least 10: the endpoint may take as long over the call that it did not answer',
      { lostResponseWait: 9 },
    ],
    ['dev.lostResponseWait is 901: must be at most 900, as any other wait', { lostResponseWait: 901 }],
    [
      'dev.partnerKeysTtl is 51: must be at most 50: a key that was removed stops within a minute',
      { partnerKeysTtl: 51 },
    ],
    ['dev.alarmAddress is "operator": must be an e-mail address', { alarmAddress: 'operator' }],
    ['dev.requestSenders.0 is "12345": must be an account of 12 digits, or ', { requestSenders: ['12345'] }],
    ['dev.requestSenders.1 is "*": must be an account', { requestSenders: ['123456789012', '*'] }],
    [
      'dev.resultReaders.0 is "arn:aws:iam::123456789012:user/eve": must be an account of 12 digits, or the ARN of a role such as arn:aws:iam::123456789012:role/orders',
      { resultReaders: ['arn:aws:iam::123456789012:user/eve'] },
    ],
    [
      'dev.resultReaders.0 is "arn:aws:iam::123456789012:role/*": must be an account',
      { resultReaders: ['arn:aws:iam::123456789012:role/*'] },
    ],
    [
      'dev.rollout is "canary": Invalid option: expected one of "all-at-once"|"canary-10-percent-5-minutes"|',
      { rollout: 'canary' as 'all-at-once' },
    ],
    ['dev.dailyLimit is 0: Too small: expected number to be >0', { dailyLimit: 0 }],
    [
      'dev.dailyReset.time is "24:00": must be a time of day such as 00:00 or 17:30',
      { dailyReset: { time: '24:00', zone: 'UTC' } },
    ],
    [
      'dev.dailyReset.zone is "Middle/Earth": must be the name of a time zone such as UTC or Europe/London',
      { dailyReset: { time: '00:00', zone: 'Middle/Earth' } },
    ],
    ['dev.interactiveShare is 0.91: must be at most 0.9: bulk would never end', { interactiveShare: 0.91 }],
    ['dev.interactiveShare is -0.1: Too small: expected number to be >=0', { interactiveShare: -0.1 }],
    ['dev.retention is 136800: must be more than 90000 s + 13 h with a dailyLimit', { retention: 136_800 }],
    ['dev.retention is 59: Too small: expected number to be >=60', { retention: 59 }],
    [
      'dev.retention is 86400: must be more than 90000 s + 13 h with a dailyLimit: a request that waits for the next reset would end as expired',
      { retention: 1 * DAYS },
    ],
    ['dev.maxQueueDepth is 0: Too small: expected number to be >0', { maxQueueDepth: 0 }],
    ['dev.retention is 1296000: must be at most 14 days: SQS keeps nothing longer', { retention: 15 * DAYS }],
    ['dev.logRetentionDays is 10: must be one of 1, 3, 5, 7, 14, 30, ', { logRetentionDays: 10 }],
    [
      'dev.logLevel is "verbose": Invalid option: expected one of "debug"|"info"|"warn"|"error"',
      { logLevel: 'verbose' as 'debug' },
    ],
    ['dev.apiThrottle.rate is 0: Too small: expected number to be >0', { apiThrottle: { rate: 0, burst: 1 } }],
    ['dev: Unrecognized key: "worker_concurrency"', { worker_concurrency: 5 }],
    ['dev.keepsData is "no": must be true or false', { keepsData: 'no' }],
    ['dev.keepsData is not set: must be true or false', { keepsData: undefined }],
    ['dev.workerConcurrency is "5": Invalid input: expected number, received string', { workerConcurrency: '5' }],
  ])('%s', (message, change) => {
    expect(() => parseStages({ dev: { ...stages.dev, ...change } })).toThrow(message);
  });

  it('but on one machine a lost answer may be repeated sooner', () => {
    expect(parseStages({ local: { ...stages.local, lostResponseWait: 1 } }).local.lostResponseWait).toBe(1);
  });

  const vendor = 'must be https://api.autoenhance.ai in production: the real key travels there';
  const unwatched = 'must be an e-mail address in production: an alarm that nobody gets is none';
  const { alarmAddress: _, ...unwatchedStage } = stages.production;
  it.each([
    [
      'production',
      `.autoenhanceBaseUrl is "https://sandbox.example": ${vendor}`,
      { autoenhanceBaseUrl: 'https://sandbox.example' },
    ],
    [
      'production-eu',
      `.autoenhanceBaseUrl is "https://sandbox.example": ${vendor}`,
      { autoenhanceBaseUrl: 'https://sandbox.example' },
    ],
  ])('%s%s', (stage, message, change) => {
    expect(() => parseStages({ [stage]: { ...stages.production, ...change } })).toThrow(`${stage}${message}`);
    expect(() => parseStages({ staging: { ...stages.staging, ...change } })).not.toThrow();
  });

  it.each(['production', 'production-eu'])(`%s.alarmAddress is not set: ${unwatched}`, (stage) => {
    expect(() => parseStages({ [stage]: unwatchedStage })).toThrow(`${stage}.alarmAddress is not set: ${unwatched}`);
    for (const other of [`pre-${stage}`, stage.replace('production', 'productions')]) {
      expect(() => parseStages({ [other]: unwatchedStage })).not.toThrow();
    }
  });

  it('names every stage and setting that is wrong, not just the first', () => {
    const entry = { ...stages.dev, retention: 15 * DAYS };
    expect(() => parseStages({ one: entry, two: entry })).toThrow(/one\.retention is .*\n {2}two\.retention is /s);
  });

  it('refuses a retention in which a request that waits could come too often for SQS', () => {
    const message = 'dev: the derived maxReceiveCount must be at most 1000, got 1048: SQS takes no more';
    expect(() => parseStages({ dev: { ...stages.dev, retention: 15 * DAYS } })).toThrow(message);
  });

  it('takes no stage whose name a queue could not carry', () => {
    const rule = 'must be 2 to 20 of a-z 0-9 -';
    for (const name of ['My stage', '2nd', 'a', 'a'.repeat(21)]) {
      expect(() => parseStages({ [name]: stages.dev })).toThrow(`${name}: ${rule}`);
    }
    expect(() => parseStages({ ['a'.repeat(20)]: stages.dev })).not.toThrow();
  });
});

describe("a stage's name", () => {
  it('is found in the table', () => {
    expect(parseStageName('local')).toBe('local');
  });

  it.each([
    ['prod', 'stage must be one of dev, staging, production, local, got "prod"'],
    ['toString', 'stage must be one of dev, staging, production, local, got "toString"'],
    [undefined, 'stage must be one of dev, staging, production, local, got nothing'],
  ])('is refused with the names that there are: %s', (name, message) => {
    expect(() => parseStageName(name)).toThrow(message);
  });
});
