import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRoute } from '../../local/api-front/routes.ts';
import { stages } from './support/stages.ts';
import { meaningOf, pathOf, resource, resourcesOf, templatesOfEveryStage } from './support/templates.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

const DAY = 24 * 60 * 60;
const QUEUE = 'AWS::SQS::Queue';

describe.each(await templatesOfEveryStage())('%s', (name, stage) => {
  const { storage, service } = stage;
  const settings = stages[name as keyof typeof stages];
  const meaning = (value: unknown) => meaningOf(value, stage);
  const queues = Object.fromEntries(
    Object.entries(resourcesOf(storage, QUEUE)).filter(([, { Properties }]) => Properties.FifoQueue),
  );
  const variables = (path: string) => {
    const { Properties } = resource(service, 'AWS::Lambda::Function', path);
    return Object.fromEntries(
      Object.entries(Properties.Environment.Variables).map(([variable, value]) => [variable, meaning(value)]),
    );
  };

  it('has no domain of its own: its address is the one that AWS makes', () => {
    expect(resourcesOf(storage, 'AWS::ApiGatewayV2::DomainName')).toEqual({});
    expect(meaning(service.Outputs.ApiUrl?.Value)).toBe('Api/Api');
  });

  it('has a queue for requests and one for callbacks, each with its dead letters, and one for results', () => {
    expect(
      Object.fromEntries(Object.entries(queues).map(([path, { Properties }]) => [path, Properties.QueueName])),
    ).toEqual({
      'Requests/Queue': `reprocess-${name}-requests.fifo`,
      'Requests/DeadLetters': `reprocess-${name}-requests-dead-letters.fifo`,
      Results: `reprocess-${name}-results.fifo`,
      'Callbacks/Queue': `reprocess-${name}-callbacks.fifo`,
      'Callbacks/DeadLetters': `reprocess-${name}-callbacks-dead-letters.fifo`,
    });
  });

  it.each(Object.entries(queues))(
    'keeps the order in each group of %s, the groups side by side, for 14 days',
    (_path, queue) => {
      expect(queue.Properties).toMatchObject({
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        ContentBasedDeduplication: false,
        MessageRetentionPeriod: 14 * DAY,
        MaximumMessageSize: 1024 * 1024,
        SqsManagedSseEnabled: true,
      });
      expect(queue.Properties).not.toHaveProperty('KmsMasterKeyId');
    },
  );

  it.each(Object.keys(queues))('lets nobody reach %s without TLS', (path) => {
    const { Properties } = resource(storage, 'AWS::SQS::QueuePolicy', `${path}/Policy`);
    expect(Properties.Queues.map(meaning)).toEqual([path]);
    expect(Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sqs:*',
        Resource: { 'Fn::GetAtt': [expect.any(String), 'Arn'] },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
    expect(meaning(Properties.PolicyDocument.Statement[0].Resource)).toBe(path);
  });

  it('sets a request aside only after more receives than waiting can cause, and never a result', () => {
    const policies = Object.entries(queues).map(([path, { Properties }]) => [path, Properties.RedrivePolicy]);
    for (const name of ['Requests', 'Callbacks']) {
      const { deadLetterTargetArn, maxReceiveCount } = Object.fromEntries(policies)[`${name}/Queue`];
      expect([meaning(deadLetterTargetArn), maxReceiveCount]).toEqual([`${name}/DeadLetters`, 1000]);
    }
    expect(policies.filter(([, policy]) => policy !== undefined)).toHaveLength(2);
  });

  it.each(['Requests', 'Callbacks'])('lets only the queue of %s send its messages to its dead letters', (of) => {
    const { redrivePermission, sourceQueueArns } = queues[`${of}/DeadLetters`]?.Properties.RedriveAllowPolicy ?? {};
    expect(redrivePermission).toBe('byQueue');
    const { QueueName } = queues[`${of}/Queue`]?.Properties ?? {};
    expect(sourceQueueArns.map(meaning)).toEqual([`arn:Partition:sqs:Region:AccountId:${QueueName}`]);
  });

  it.each([
    ['Worker/Function', 'Requests/Queue'],
    ['DeadLetters/Function', 'Requests/DeadLetters'],
    ['CallbackDelivery/Function', 'Callbacks/Queue'],
  ])('hides a batch for at least six times as long as %s may take', (path, queue) => {
    const { Timeout } = resource(service, 'AWS::Lambda::Function', path).Properties;
    const { VisibilityTimeout } = resource(storage, QUEUE, queue).Properties;
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
  });

  it.each([
    ['Requests/Queue', 'Worker/Function/Live', settings.workerConcurrency],
    ['Requests/DeadLetters', 'DeadLetters/Function/Live', 2],
    ['Callbacks/Queue', 'CallbackDelivery/Function/Live', settings.workerConcurrency],
  ])('hands the messages of %s to %s in batches of ten, of which it may fail some', (queue, path, concurrency) => {
    const mappings = Object.values(resourcesOf(service, 'AWS::Lambda::EventSourceMapping')).map(
      (each) => each.Properties,
    );
    expect(mappings).toHaveLength(3);
    const { EventSourceArn, FunctionName, ...rest } =
      mappings.find((each) => meaning(each.EventSourceArn) === queue) ?? {};
    expect([meaning(EventSourceArn), meaning(FunctionName)]).toEqual([queue, path]);
    // No batching window: a FIFO queue takes none.
    expect(rest).toEqual({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: concurrency },
    });
  });

  const targets = () => {
    const integrations = resourcesOf(service, 'AWS::ApiGatewayV2::Integration');
    return Object.values(resourcesOf(service, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => {
      const integration = integrations[meaning(Properties.Target).replace('integrations/', '')]?.Properties;
      expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
      return [Properties.RouteKey, meaning(integration.IntegrationUri)];
    });
  };

  const below = (collection: string, name: string) =>
    Object.fromEntries(
      ['/v3', '/{empty}/v3'].flatMap((version) =>
        ['', '/{path+}'].map((rest) => [`ANY ${version}/${collection}${rest}`, `${name}/Function/Live`]),
      ),
    );

  it('sends named paths to the API functions, and what Autoenhance calls to the function that hears it', () => {
    expect(Object.fromEntries(targets())).toEqual({
      'ANY /healthz': 'ApiHandler/Function/Live',
      'ANY /v3/{path+}': 'ApiHandler/Function/Live',
      'ANY /{empty}/v3/{path+}': 'ApiHandler/Function/Live',
      ...below('batches', 'BatchApi'),
      ...below('orders', 'OrderApi'),
      ...below('callback', 'CallbackApi'),
      ...below('partners', 'CallbackApi'),
      ...Object.fromEntries(
        ['/v3', '/{empty}/v3'].flatMap((version) =>
          ['', '/preview'].map((rest) => [`ANY ${version}/images/{id}${rest}`, 'OrderApi/Function/Live']),
        ),
      ),
      'ANY /console': 'Console/Function/Live',
      'ANY /console/{path+}': 'Console/Function/Live',
      'POST /webhooks/autoenhance': 'Webhook/Function/Live',
    });
  });

  it.each([
    ['POST', '/v3/images/some/process', 'ApiHandler'],
    ['PATCH', '/v3/images/some/process', 'ApiHandler'],
    ['POST', '/v3/images/some/process/', 'ApiHandler'],
    ['POST', '//v3/images/some/process', 'ApiHandler'],
    ['GET', '/v3/images/some/requests', 'ApiHandler'],
    ['HEAD', '/v3/requests/some', 'ApiHandler'],
    ['DELETE', '/v3/unknown', 'ApiHandler'],
    ['POST', '/v3/batches', 'BatchApi'],
    ['GET', '//v3/batches', 'BatchApi'],
    ['POST', '/v3/batches/some/cancel', 'BatchApi'],
    ['GET', '/v3/batchesandmore', 'ApiHandler'],
    ['POST', '/v3/orders/some/reprocess', 'OrderApi'],
    ['POST', '//v3/orders/some/reprocess', 'OrderApi'],
    ['PUT', '/v3/callback', 'CallbackApi'],
    ['POST', '//v3/callback/deliveries/some/resend', 'CallbackApi'],
    ['GET', '/v3/callbacks', 'ApiHandler'],
    ['GET', '/v3/partners', 'CallbackApi'],
    ['GET', '/v3/images/some', 'OrderApi'],
    ['GET', '//v3/images/some/preview', 'OrderApi'],
    ['GET', '/v3/images/some/other', 'ApiHandler'],
    ['GET', '/console', 'Console'],
    ['GET', '/console/', 'Console'],
    ['GET', '/console/assets/app.js', 'Console'],
    ['POST', '/console/session', 'Console'],
    ['GET', '/consoles', undefined],
    ['GET', '/healthz', 'ApiHandler'],
    ['POST', '/webhooks/autoenhance', 'Webhook'],
    ['GET', '/webhooks/autoenhance', undefined],
    ['POST', '/webhooks/autoenhance/', undefined],
    ['POST', '//webhooks/autoenhance', undefined],
    ['GET', '/', undefined],
    ['GET', '/.env', undefined],
    ['POST', '/unknown/path', undefined],
  ])('invokes for %s %s %s', (method, path, wanted) => {
    const routes = targets().map(([routeKey, functionName = '']) => ({ routeKey, functionName }));
    const found = findRoute(routes, method, path)?.functionName;
    expect(found).toBe(wanted === undefined ? undefined : `${wanted}/Function/Live`);
  });

  it('throttles the API, and the webhook by itself', () => {
    const throttling = ({ rate, burst }: { rate: number; burst: number }) => ({
      ThrottlingRateLimit: rate,
      ThrottlingBurstLimit: burst,
    });
    const { Properties, DependsOn } = resource(service, 'AWS::ApiGatewayV2::Stage', 'Api/Stage');
    expect(Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: throttling(settings.apiThrottle),
      RouteSettings: { 'POST /webhooks/autoenhance': throttling(settings.webhookThrottle) },
    });
    const routes = resourcesOf(service, 'AWS::ApiGatewayV2::Route');
    const [webhook] = Object.entries(service.Resources).filter(
      ([, each]) => each === Object.values(routes).find((route) => route.Properties.RouteKey.startsWith('POST ')),
    );
    // API Gateway refuses settings of a route that is not there yet.
    expect(DependsOn).toContain(webhook?.[0]);
  });

  it('keeps concurrency for what callers and uploaders reach, and lets it have no more', () => {
    const reserved = Object.entries(resourcesOf(service, 'AWS::Lambda::Function')).map(
      ([path, { Properties }]) => [path, Properties.ReservedConcurrentExecutions] as const,
    );
    const { apiConcurrency, webhookConcurrency, uploadConcurrency } = settings;
    const wanted = {
      'ApiHandler/Function': apiConcurrency,
      'BatchApi/Function': apiConcurrency === null ? null : 20,
      'OrderApi/Function': apiConcurrency === null ? null : 5,
      'CallbackApi/Function': apiConcurrency === null ? null : 5,
      'Console/Function': apiConcurrency === null ? null : 5,
      'Webhook/Function': webhookConcurrency,
      'UploadTrigger/Function': uploadConcurrency,
      'BatchFeeder/Function': uploadConcurrency === null ? null : 2,
    };
    expect(Object.fromEntries(reserved.filter(([, count]) => count !== undefined))).toEqual(
      Object.fromEntries(Object.entries(wanted).filter(([, count]) => count !== null)),
    );
  });

  it('gives a whole core to what checks files while a caller waits, and little to what waits itself', () => {
    const functions = Object.entries(resourcesOf(service, 'AWS::Lambda::Function'));
    const sizes = functions.map(([path, { Properties }]) => [path.split('/')[0], Properties.MemorySize]);
    expect(Object.fromEntries(sizes.filter(([, size]) => size !== 512))).toEqual({
      ApiHandler: 256,
      BatchApi: 1769,
      OrderApi: 1769,
      CallbackApi: 256,
      Console: 256,
    });
  });

  it.each(['ApiHandler', 'BatchApi', 'OrderApi', 'CallbackApi', 'Console'])(
    'has %s give up before the API does',
    (target) => {
      expect(resource(service, 'AWS::Lambda::Function', `${target}/Function`).Properties.Timeout).toBeLessThan(30);
    },
  );

  it('logs each call as JSON, without the header that carries a key', () => {
    const { Format } = resource(service, 'AWS::ApiGatewayV2::Stage', 'Api/Stage').Properties.AccessLogSettings;
    expect(JSON.parse(Format)).toMatchObject({ requestId: '$context.requestId', status: '$context.status' });
    expect(Format).not.toMatch(/header|apikey/i);
  });

  it('keeps the access log where AWS’s services write, under a name that no other stack has or had', () => {
    const { LogGroupName } = resource(service, 'AWS::Logs::LogGroup', 'Api/AccessLogs').Properties;
    const [before, uuid, after] = LogGroupName['Fn::Join'][1];
    expect([before, after]).toEqual([`/aws/vendedlogs/reprocess-${name}-service/`, '/api-access']);
    expect(uuid).toEqual({ 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] });
  });

  it('tells the worker where everything is', () => {
    expect(variables('Worker/Function')).toEqual({
      STAGE: name,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: 'Ledger',
      REQUESTS_QUEUE_URL: 'Requests/Queue',
      RESULTS_QUEUE_URL: 'Results',
      CALLBACKS_QUEUE_URL: 'Callbacks/Queue',
      AUTOENHANCE_SECRET_ID: 'AutoenhanceKey',
      AUTOENHANCE_BASE_URL: 'https://api.autoenhance.ai',
      AUTOENHANCE_API_VERSION: '2025-05-08',
      RETRY_FOR_SECONDS: String(6 * 60 * 60),
      LOST_RESPONSE_WAIT_SECONDS: '30',
      CALLS_PER_SECOND: '20',
      // 14 days less 13 hours.
      REQUEST_LIFETIME_SECONDS: '1162800',
      FIRST_LOOK_SECONDS: '120',
      DAILY_LIMIT: '500',
      DAILY_RESET: '00:00 UTC',
      INTERACTIVE_SHARE: '0.1',
      FREE_RECEIVES: '300',
      SLOWED_WAIT_SECONDS: '1800',
    });
  });

  it('tells the function that ends dead letters where everything is but the Autoenhance key', () => {
    expect(variables('DeadLetters/Function')).toEqual({
      STAGE: name,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: 'Ledger',
      DEAD_LETTERS_QUEUE_URL: 'Requests/DeadLetters',
      RESULTS_QUEUE_URL: 'Results',
      CALLBACKS_QUEUE_URL: 'Callbacks/Queue',
      FREE_RECEIVES: '300',
      SLOWED_WAIT_SECONDS: '1800',
    });
  });

  const partnerLimits = {
    PARTNER_CALLS_PER_SECOND: name === 'local' ? '1000' : '10',
    PARTNER_BURST: name === 'local' ? '10000' : '100',
    PARTNER_BATCHES_PER_DAY: name === 'local' ? '10000' : '200',
  };

  it('tells the API function where everything is but the Autoenhance key', () => {
    expect(variables('ApiHandler/Function')).toEqual({
      STAGE: name,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: 'Ledger',
      REQUESTS_QUEUE_URL: 'Requests/Queue',
      PARTNER_KEYS_SECRET_ID: 'PartnerKeys',
      PARTNER_KEYS_TTL_SECONDS: '50',
      CONSOLE: 'on',
      SESSION_SECRET_ID: 'SessionSecret',
      DEAD_LETTERS_QUEUE_URL: 'Requests/DeadLetters',
      VERSION: version,
      DAILY_LIMIT: '500',
      DAILY_RESET: '00:00 UTC',
      INTERACTIVE_SHARE: '0.1',
      MAX_QUEUE_DEPTH: '10000',
      ...partnerLimits,
    });
  });

  it('tells what takes batches where everything is, and what takes orders the Autoenhance key as well', () => {
    const common = {
      STAGE: name,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: 'Ledger',
      UPLOADS_BUCKET: 'Uploads',
      PARTNER_KEYS_SECRET_ID: 'PartnerKeys',
      PARTNER_KEYS_TTL_SECONDS: '50',
      ...partnerLimits,
      CONSOLE: 'on',
      SESSION_SECRET_ID: 'SessionSecret',
      FEEDER_SOURCE: `reprocess.${name}`,
      FILES_KEPT_DAYS: String(settings.uploadsExpireAfterDays),
      CALLS_PER_SECOND: String(settings.workerConcurrency * settings.callsPerSecond),
      DAILY_LIMIT: '500',
      DAILY_RESET: '00:00 UTC',
      INTERACTIVE_SHARE: '0.1',
    };
    expect(variables('BatchApi/Function')).toEqual(common);
    expect(variables('OrderApi/Function')).toEqual({
      ...common,
      AUTOENHANCE_SECRET_ID: 'AutoenhanceKey',
      AUTOENHANCE_BASE_URL: settings.autoenhanceBaseUrl,
      AUTOENHANCE_API_VERSION: settings.autoenhanceApiVersion,
      IMAGE_CALLS_PER_SECOND: '4',
    });
  });

  it('tells the console who may sign in, and where refusals are counted', () => {
    expect(variables('Console/Function')).toEqual({
      STAGE: name,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: 'Ledger',
      PARTNER_KEYS_SECRET_ID: 'PartnerKeys',
      PARTNER_KEYS_TTL_SECONDS: '50',
      CONSOLE: 'on',
      SESSION_SECRET_ID: 'SessionSecret',
    });
  });

  it('has what signs sessions generated, and keeps it for nobody', () => {
    const { Properties, DeletionPolicy } = resource(service, 'AWS::SecretsManager::Secret', 'SessionSecret');
    expect(Properties.GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
    expect([Properties.Name, Properties.SecretString, DeletionPolicy]).toEqual([undefined, undefined, 'Delete']);
  });

  it('has the keys of callbacks generated in a form that stays: any change of it would make new ones', () => {
    const { GenerateSecretString } = resource(storage, 'AWS::SecretsManager::Secret', 'CallbackKeys').Properties;
    expect(GenerateSecretString).toEqual({
      SecretStringTemplate: '{}',
      GenerateStringKey: 'first',
      PasswordLength: 64,
      ExcludePunctuation: true,
    });
  });

  it('tells the function that hears the webhook where everything is', () => {
    expect(variables('Webhook/Function')).toEqual({
      STAGE: name,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: 'Ledger',
      REQUESTS_QUEUE_URL: 'Requests/Queue',
      DAILY_RESET: '00:00 UTC',
      RESULTS_QUEUE_URL: 'Results',
      CALLBACKS_QUEUE_URL: 'Callbacks/Queue',
      WEBHOOK_TOKEN_SECRET_ID: 'WebhookToken',
      AUTOENHANCE_SECRET_ID: 'AutoenhanceKey',
      AUTOENHANCE_BASE_URL: 'https://api.autoenhance.ai',
      AUTOENHANCE_API_VERSION: '2025-05-08',
    });
  });

  it('tells the sweep where everything is, and when to look', () => {
    expect(variables('CompletionSweep/Function')).toEqual({
      STAGE: name,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: 'Ledger',
      REQUESTS_QUEUE_URL: 'Requests/Queue',
      RESULTS_QUEUE_URL: 'Results',
      CALLBACKS_QUEUE_URL: 'Callbacks/Queue',
      DAILY_RESET: '00:00 UTC',
      AUTOENHANCE_SECRET_ID: 'AutoenhanceKey',
      AUTOENHANCE_BASE_URL: 'https://api.autoenhance.ai',
      AUTOENHANCE_API_VERSION: '2025-05-08',
      CALLS_PER_SECOND: '10',
      LOOKS_SECONDS: '120 300 900 3600 21600',
      COMPLETION_WITHIN_SECONDS: '86400',
      EXPECTS_WEBHOOK: 'yes',
    });
  });

  it('tells what calls partners where everything is, and to call public addresses unless it runs on one machine', () => {
    const callbacks = {
      STAGE: name,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: 'Ledger',
      CALLBACK_KEYS_SECRET_ID: 'CallbackKeys',
      CALLBACK_RECEIVERS: name === 'local' ? 'any' : 'public',
    };
    expect(variables('CallbackDelivery/Function')).toEqual({
      ...callbacks,
      CALLBACKS_QUEUE_URL: 'Callbacks/Queue',
      RESULTS_QUEUE_URL: 'Results',
      // 14 days less 13 hours.
      CALLBACK_LIFETIME_SECONDS: '1162800',
      FREE_RECEIVES: '300',
      SLOWED_WAIT_SECONDS: '1800',
    });
    expect(variables('CallbackApi/Function')).toEqual({
      ...callbacks,
      PARTNER_KEYS_SECRET_ID: 'PartnerKeys',
      PARTNER_KEYS_TTL_SECONDS: '50',
      CONSOLE: 'on',
      SESSION_SECRET_ID: 'SessionSecret',
      ...partnerLimits,
    });
  });

  it('has the sweep begin after the one before it has ended', () => {
    expect(resource(service, 'AWS::Lambda::Function', 'CompletionSweep/Function').Properties.Timeout).toBeLessThan(60);
    expect(resource(service, 'AWS::Events::Rule', 'SweepEachMinute').Properties.ScheduleExpression).toBe(
      'rate(1 minute)',
    );
  });

  it('tells the operator the address, the queues and the secrets', () => {
    const { monitoring } = stage;
    const outputs = Object.entries({ ...storage.Outputs, ...service.Outputs, ...monitoring?.Outputs }).filter(
      ([, { Export }]) => !Export,
    );
    expect(Object.fromEntries(outputs.map(([output, { Value }]) => [output, meaning(Value)]))).toEqual({
      ApiUrl: 'Api/Api',
      WebhookUrl: 'Api/Api/webhooks/autoenhance',
      ConsoleUrl: 'Api/Api/console/',
      RequestsQueueUrl: 'Requests/Queue',
      RequestsQueueArn: 'Requests/Queue',
      DeadLettersQueueUrl: 'Requests/DeadLetters',
      DeadLettersQueueArn: 'Requests/DeadLetters',
      ResultsQueueUrl: 'Results',
      ResultsQueueArn: 'Results',
      CallbacksQueueUrl: 'Callbacks/Queue',
      CallbacksQueueArn: 'Callbacks/Queue',
      CallbacksDeadLettersQueueUrl: 'Callbacks/DeadLetters',
      CallbacksDeadLettersQueueArn: 'Callbacks/DeadLetters',
      FailedUploadsQueueUrl: 'FailedUploads',
      FailedUploadsQueueArn: 'FailedUploads',
      LedgerTableName: 'Ledger',
      UploadsBucketName: 'Uploads',
      AutoenhanceKeySecretName: `reprocess/${name}/autoenhance-key`,
      PartnerKeysSecretName: `reprocess/${name}/partner-keys`,
      WebhookTokenSecretName: `reprocess/${name}/webhook-token`,
      CallbackKeysSecretName: `reprocess/${name}/callback-keys`,
      ...(monitoring && { AlarmTopicArn: 'Alarms', DashboardName: 'Dashboard' }),
    });
  });

  it(
    settings.keepsData ? 'keeps its data when a stack is deleted' : 'leaves nothing behind when a stack is deleted',
    () => {
      const kept = [
        QUEUE,
        'AWS::S3::Bucket',
        'AWS::DynamoDB::Table',
        'AWS::SecretsManager::Secret',
        'AWS::Logs::LogGroup',
      ]
        .flatMap((type) => [...Object.values(resourcesOf(storage, type)), ...Object.values(resourcesOf(service, type))])
        .filter((each) => !['SessionSecret', 'FailedRuns'].includes(pathOf(each)))
        .map(({ DeletionPolicy }) => DeletionPolicy);
      // One log more where a function empties the bucket.
      expect(kept).toEqual(settings.keepsData ? Array(25).fill('RetainExceptOnCreate') : Array(26).fill('Delete'));
    },
  );

  it('has every function write to a log group of the template, each of which forgets after a while', () => {
    const templates = [storage, service];
    const groups = templates.flatMap((template) => Object.values(resourcesOf(template, 'AWS::Logs::LogGroup')));
    expect(groups.filter(({ Properties }) => Properties.RetentionInDays !== settings.logRetentionDays)).toEqual([]);
    const functions = templates.flatMap((template) => Object.values(resourcesOf(template, 'AWS::Lambda::Function')));
    const logs = functions.map(({ Properties }) => meaning(Properties.LoggingConfig?.LogGroup));
    expect(groups.map(pathOf)).toEqual(expect.arrayContaining(logs));
    expect(logs).toHaveLength(settings.keepsData ? 12 : 13);
  });

  it('names no partition and no domain of AWS, but takes both from CloudFormation', () => {
    const text = JSON.stringify(stage);
    expect(text.match(/arn:aws[^"]{0,40}/g)).toBeNull();
    const domains = new Set(text.match(/[\w.-]*amazonaws\.com[\w.]*/g));
    // A service's own name, which is the same in every partition.
    const principals = ['apigateway', 'cloudwatch', 'codedeploy', 'events', 'lambda'].map(
      (each) => `${each}.amazonaws.com`,
    );
    expect([...domains].filter((domain) => !principals.includes(domain))).toEqual([]);
  });

  it(settings.keepsData ? 'empties no bucket' : 'empties its bucket, which could not be deleted otherwise', () => {
    const emptied = Object.values(resourcesOf(storage, 'Custom::S3AutoDeleteObjects'));
    expect(emptied.map(({ Properties }) => meaning(Properties.BucketName))).toEqual(
      settings.keepsData ? [] : ['Uploads'],
    );
  });
});
