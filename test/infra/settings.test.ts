import { describe, expect, it } from 'vitest';
import { apiEnvironment } from '../../functions/environment.ts';
import { budgetVariables } from '../../infra/constructs/stage-variables.ts';
import { parseStages } from '../../infra/stages.ts';
import { pathOf, resource, resourcesOf, type StackTemplate, templatesWith } from './support/templates.ts';

const DAY = 24 * 60 * 60;

// Each number is another one, and none is a default.
const { own } = parseStages({
  own: {
    keepsData: false,
    autoenhanceBaseUrl: 'https://endpoint.team.test',
    autoenhanceApiVersion: '2025-01-02',
    workerConcurrency: 3,
    callsPerSecond: 40,
    retryFor: 7000,
    lostResponseWait: 45,
    retention: 4 * DAY,
    logRetentionDays: 5,
    logLevel: 'warn',
    maxQueueDepth: 123,
    dailyLimit: 456,
    dailyReset: { time: '17:30', zone: 'Europe/London' },
    interactiveShare: 0.25,
    completionLooks: [61, 122],
    completionWithin: 7200,
    sweepCallsPerSecond: 8,
    expectsWebhook: false,
    partnerKeysTtl: 33,
    uploadsExpireAfterDays: 44,
    apiThrottle: { rate: 11, burst: 22 },
    partnerLimits: { callsPerSecond: 5, burst: 6, batchesPerDay: 9 },
    apiConcurrency: 101,
    webhookThrottle: { rate: 12, burst: 24 },
    webhookConcurrency: 13,
    uploadConcurrency: 14,
    console: 'read-only',
  },
});

/** Wherever a function has them. */
const VARIABLES = {
  AUTOENHANCE_BASE_URL: 'https://endpoint.team.test',
  AUTOENHANCE_API_VERSION: '2025-01-02',
  LOG_LEVEL: 'warn',
  RETRY_FOR_SECONDS: '7000',
  LOST_RESPONSE_WAIT_SECONDS: '45',
  // 13 hours less than the queues keep a message.
  REQUEST_LIFETIME_SECONDS: String(4 * DAY - 13 * 60 * 60),
  CALLBACK_LIFETIME_SECONDS: String(4 * DAY - 13 * 60 * 60),
  MAX_QUEUE_DEPTH: '123',
  DAILY_LIMIT: '456',
  DAILY_RESET: '17:30 Europe/London',
  INTERACTIVE_SHARE: '0.25',
  FIRST_LOOK_SECONDS: '61',
  LOOKS_SECONDS: '61 122',
  COMPLETION_WITHIN_SECONDS: '7200',
  EXPECTS_WEBHOOK: 'no',
  PARTNER_KEYS_TTL_SECONDS: '33',
  FILES_KEPT_DAYS: '44',
  PARTNER_CALLS_PER_SECOND: '5',
  PARTNER_BURST: '6',
  PARTNER_BATCHES_PER_DAY: '9',
  // Five seconds of all workers' calls.
  BULK_DEPTH: '600',
};

/** By whoever has a session of the console. */
const CALLED = ['ApiHandler', 'BatchApi', 'OrderApi', 'CallbackApi'];
const variablesOf = (template: StackTemplate, path: string) =>
  resource(template, 'AWS::Lambda::Function', `${path}/Function`).Properties.Environment.Variables;

describe('what a stage sets for itself', async () => {
  const { storage, service, monitoring = expect.fail('there is no monitoring') } = await templatesWith('own', own);
  const functions = Object.entries(resourcesOf(service, 'AWS::Lambda::Function')).filter(([path]) =>
    path.endsWith('/Function'),
  );
  const valuesOf = (variable: string) => {
    const all = functions.map(([, { Properties }]) => Properties.Environment.Variables[variable]);
    return [...new Set(all.filter((value) => value !== undefined))];
  };

  it.each(Object.entries(VARIABLES))('is %s of every function that has it: %s', (variable, value) => {
    expect(valuesOf(variable)).toEqual([value]);
  });

  it('may be no daily limit, which functions read as none', () => {
    const { DAILY_LIMIT } = budgetVariables({ ...own, dailyLimit: null });
    expect(apiEnvironment().shape.DAILY_LIMIT.parse(DAILY_LIMIT)).toBeNull();
  });

  it.each([0, 0.9, 1e-7])(
    'may be %d for single requests, which functions read as the same number',
    (interactiveShare) => {
      const { INTERACTIVE_SHARE } = budgetVariables({ ...own, interactiveShare });
      expect(apiEnvironment().shape.INTERACTIVE_SHARE.parse(INTERACTIVE_SHARE)).toBe(interactiveShare);
    },
  );

  it('are the calls that one worker makes, the sweep makes, and all workers make together', () => {
    const calls = functions.map(([path, { Properties }]) => [path, Properties.Environment.Variables.CALLS_PER_SECOND]);
    expect(Object.fromEntries(calls.filter(([, value]) => value !== undefined))).toEqual({
      'Worker/Function': '40',
      'CompletionSweep/Function': '8',
      'UploadTrigger/Function': '120',
      'BatchApi/Function': '120',
      'OrderApi/Function': '120',
    });
  });

  it('is how much runs at once', () => {
    const reserved = (path: string) =>
      resource(service, 'AWS::Lambda::Function', `${path}/Function`).Properties.ReservedConcurrentExecutions;
    expect(['ApiHandler', 'Webhook', 'UploadTrigger'].map(reserved)).toEqual([101, 13, 14]);
    const mappings = Object.entries(resourcesOf(service, 'AWS::Lambda::EventSourceMapping'));
    const scaling = mappings.map(([path, { Properties }]) => [
      path.split('/')[0],
      Properties.ScalingConfig.MaximumConcurrency,
    ]);
    expect(Object.fromEntries(scaling)).toEqual({ Requests: 3, DeadRequests: 2, Callbacks: 3 });
  });

  it('is what the API takes', () => {
    const { DefaultRouteSettings, RouteSettings } = resource(
      service,
      'AWS::ApiGatewayV2::Stage',
      'Api/Stage',
    ).Properties;
    expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 11, ThrottlingBurstLimit: 22 });
    expect(Object.values(RouteSettings)).toMatchObject([{ ThrottlingRateLimit: 12, ThrottlingBurstLimit: 24 }]);
  });

  it('is how long queues, logs and files are kept', () => {
    const queues = Object.values(resourcesOf(storage, 'AWS::SQS::Queue'));
    expect(new Set(queues.map(({ Properties }) => Properties.MessageRetentionPeriod))).toEqual(new Set([4 * DAY]));
    const logs = [storage, service].flatMap((stack) => Object.values(resourcesOf(stack, 'AWS::Logs::LogGroup')));
    expect(new Set(logs.map(({ Properties }) => Properties.RetentionInDays))).toEqual(new Set([5]));
    const { LifecycleConfiguration } = resource(storage, 'AWS::S3::Bucket', 'Uploads').Properties;
    const rules: readonly {
      readonly Prefix?: string;
      readonly ExpirationInDays?: number;
      readonly NoncurrentVersionExpiration?: object;
    }[] = LifecycleConfiguration.Rules;
    const days = rules.flatMap(({ Prefix, ExpirationInDays }) => (Prefix === undefined ? [] : ExpirationInDays));
    expect(days).toEqual([44, 44]);
    const replaced = rules.flatMap(({ NoncurrentVersionExpiration }) => NoncurrentVersionExpiration ?? []);
    expect(replaced).toEqual([{ NoncurrentDays: 44 }, { NoncurrentDays: 44 }]);
  });

  it('is how often a message may come before it is a dead letter', () => {
    for (const path of ['Requests/Queue', 'Callbacks/Queue']) {
      const { RedrivePolicy } = resource(storage, 'AWS::SQS::Queue', path).Properties;
      // 300 at once, 28 through poison beside it, and one for each half hour of four days.
      expect([path, RedrivePolicy.maxReceiveCount]).toEqual([path, 300 + 28 + 4 * 48]);
    }
  });

  it('is the age of which a person is told: half of what the queues keep', () => {
    for (const path of ['Queues/OldRequest', 'Queues/OldResult']) {
      expect([path, resource(monitoring, 'AWS::CloudWatch::Alarm', path).Properties.Threshold]).toEqual([
        path,
        2 * DAY,
      ]);
    }
  });

  it('is whether a person is called for what the webhook misses', () => {
    const alarms = Object.keys(resourcesOf(monitoring, 'AWS::CloudWatch::Alarm'));
    expect(alarms).toContain('Completion/CompletionsUnknown');
    expect(alarms).not.toContain('Completion/MissedWebhooks');
  });

  it('is whether the console may change anything, for every function that takes sessions', () => {
    for (const path of [...CALLED, 'Console']) {
      expect([path, variablesOf(service, path).CONSOLE]).toEqual([path, 'read-only']);
    }
  });
});

describe('a stage', async () => {
  const { service, monitoring } = await templatesWith('own', { ...own, apiConcurrency: null, console: 'off' });

  it('whose API keeps nothing keeps nothing for what stands beside it, but still for the feeder', () => {
    const reserved = ['ApiHandler', 'BatchApi', 'OrderApi', 'BatchFeeder'].map(
      (path) => resource(service, 'AWS::Lambda::Function', `${path}/Function`).Properties.ReservedConcurrentExecutions,
    );
    expect(reserved).toEqual([undefined, undefined, undefined, 2]);
  });

  it('without a console has nothing of one, and takes no sessions', () => {
    const paths = Object.values(service.Resources)
      .filter(({ Metadata }) => Metadata !== undefined)
      .map(pathOf);
    expect(paths.filter((path) => /^Console|SessionSecret/.test(path))).toEqual([]);
    const routes = Object.values(resourcesOf(service, 'AWS::ApiGatewayV2::Route'));
    expect(routes.map(({ Properties }) => Properties.RouteKey).filter((key) => key.includes('console'))).toEqual([]);
    expect(Object.keys(service.Outputs)).not.toContain('ConsoleUrl');
    for (const path of CALLED) {
      expect(variablesOf(service, path)).toMatchObject({ CONSOLE: 'off', SESSION_SECRET_ID: '' });
    }
    expect(monitoring).toBeDefined();
  });

  it('with another setting of its console is refused', () => {
    expect(() => parseStages({ qa: { keepsData: false, console: 'yes' } })).toThrow(
      'qa.console is "yes": must be on, read-only or off',
    );
  });
});
