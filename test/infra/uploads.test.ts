import { describe, expect, it } from 'vitest';
import { stages } from './support/stages.ts';
import { meaningOf, resource, resourcesOf, templatesOfEveryStage } from './support/templates.ts';

describe.each(await templatesOfEveryStage())('uploads of %s', (name, stage) => {
  const { storage, service } = stage;
  const settings = stages[name as keyof typeof stages];
  const meaning = (value: unknown) => meaningOf(value, stage);
  const bucket = resource(storage, 'AWS::S3::Bucket', 'Uploads').Properties;
  const trigger = resource(service, 'AWS::Lambda::Function', 'UploadTrigger/Function').Properties;

  it('go into a bucket that is private and encrypted, and keeps every version', () => {
    expect(bucket).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    const { Statement } = resource(storage, 'AWS::S3::BucketPolicy', 'Uploads/Policy').Properties.PolicyDocument;
    expect(Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Deny')).toEqual(
      [{ Bool: { 'aws:SecureTransport': 'false' } }, { NumericLessThan: { 's3:TlsVersion': 1.2 } }].map((Condition) =>
        expect.objectContaining({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Condition }),
      ),
    );
  });

  it(
    settings.keepsData
      ? 'can be reached by the functions alone'
      : 'can be reached by the functions, and deleted with their bucket',
    () => {
      const { Statement } = resource(storage, 'AWS::S3::BucketPolicy', 'Uploads/Policy').Properties.PolicyDocument;
      const allowed = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow').map(
        ({ Principal, Action }: { Principal: { AWS: unknown }; Action: unknown }) => [meaning(Principal.AWS), Action],
      );
      const emptier = 'Custom::S3AutoDeleteObjectsCustomResourceProvider/Role';
      const actions = ['s3:PutBucketPolicy', 's3:GetBucket*', 's3:List*', 's3:DeleteObject*'];
      expect(allowed).toEqual(settings.keepsData ? [] : [[emptier, actions]]);
    },
  );

  it('expire with their reports after as many days as the stage says, and nothing half-written stays', () => {
    const days = settings.uploadsExpireAfterDays;
    expect(bucket.LifecycleConfiguration.Rules).toEqual([
      ...['requests/', 'reports/'].map((Prefix) => ({
        Prefix,
        ExpirationInDays: days,
        NoncurrentVersionExpiration: { NoncurrentDays: days },
        Status: 'Enabled',
      })),
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
    ]);
  });

  it('are told to EventBridge, and all but the functions’ own reports start theirs; a batch and the clock wake the feeder', () => {
    expect(bucket.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    const rules = Object.entries(resourcesOf(service, 'AWS::Events::Rule')).map(([path, { Properties }]) => {
      const [target, ...more] = Properties.Targets;
      expect(more).toEqual([]);
      const woken = path.startsWith('Sweep') ? 'CompletionSweep' : 'BatchFeeder';
      // What wakes these has a queue of its own, out of which nobody makes a run: they are woken again within a minute.
      expect([meaning(target.Arn), meaning(target.DeadLetterConfig.Arn)]).toEqual(
        path === 'Uploaded'
          ? ['UploadTrigger/Function/Live', 'FailedUploads']
          : [`${woken}/Function/Live`, 'FailedRuns'],
      );
      return [path, Properties.EventPattern ?? Properties.ScheduleExpression];
    });
    const patterns = Object.fromEntries(rules);
    expect(meaning(patterns.Uploaded.detail.bucket.name[0])).toBe('Uploads');
    expect(patterns).toMatchObject({
      Uploaded: {
        source: ['aws.s3', `reprocess.${name}`],
        'detail-type': ['Object Created', 'Object Found'],
        detail: { object: { key: [{ 'anything-but': { prefix: 'reports/' } }] } },
      },
      BatchWaiting: { source: [`reprocess.${name}`], 'detail-type': ['Batch Waiting'] },
      EachMinute: 'rate(1 minute)',
      SweepEachMinute: 'rate(1 minute)',
    });
  });

  it('let EventBridge invoke the function by those rules only', () => {
    const permissions = Object.values(resourcesOf(service, 'AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => meaning(FunctionName) === 'UploadTrigger/Function/Live');
    expect(permissions.map(({ Principal, SourceArn }) => [Principal, meaning(SourceArn)])).toEqual([
      ['events.amazonaws.com', 'Uploaded'],
    ]);
  });

  it('that failed are set aside with their event, by Lambda and by EventBridge', () => {
    expect(meaning(trigger.DeadLetterConfig.TargetArn)).toBe('FailedUploads');
    const queue = resource(storage, 'AWS::SQS::Queue', 'FailedUploads').Properties;
    expect(queue).toMatchObject({
      QueueName: `reprocess-${name}-failed-uploads`,
      MessageRetentionPeriod: settings.retention,
      SqsManagedSseEnabled: true,
    });
    expect(queue).not.toHaveProperty('FifoQueue');
    const { Statement } = resource(storage, 'AWS::SQS::QueuePolicy', 'FailedUploads/Policy').Properties.PolicyDocument;
    expect(Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnLike: { 'aws:SourceArn': expect.anything() } },
      }),
    ]);
    // The key that EventBridge is documented to send to a queue.
    const { 'aws:SourceArn': from } = Statement[1].Condition.ArnLike;
    expect(meaning(from)).toBe('arn:Partition:events:Region:AccountId:rule/*');
  });

  it('are not mixed with what woke the feeder or the sweep in vain, which is kept for a day, and not beyond its stack', () => {
    for (const woken of ['BatchFeeder', 'CompletionSweep']) {
      const { DeadLetterConfig } = resource(service, 'AWS::Lambda::Function', `${woken}/Function`).Properties;
      expect(meaning(DeadLetterConfig.TargetArn)).toBe('FailedRuns');
    }
    const { Properties, DeletionPolicy } = resource(service, 'AWS::SQS::Queue', 'FailedRuns');
    expect([Properties.MessageRetentionPeriod, Properties.SqsManagedSseEnabled]).toEqual([24 * 60 * 60, true]);
    // A name of its own would stand in the way of a new stack for the minute in which SQS still knows it.
    expect([Properties.QueueName, DeletionPolicy]).toEqual([undefined, 'Delete']);
  });

  it('take no more of the account’s concurrency than the stage lets them, however many come at once', () => {
    const { uploadConcurrency } = settings;
    expect(trigger.ReservedConcurrentExecutions).toBe(uploadConcurrency ?? undefined);
    expect(uploadConcurrency).toBe(name === 'dev' ? null : 50);
  });

  it('tell the function where everything is', () => {
    const variables = Object.entries(trigger.Environment.Variables).map(([each, value]) => [each, meaning(value)]);
    expect(trigger.Timeout).toBe(900);
    expect(Object.fromEntries(variables)).toEqual({
      STAGE: name,
      LOG_LEVEL: settings.logLevel,
      LEDGER_TABLE: 'Ledger',
      REQUESTS_QUEUE_URL: 'Requests/Queue',
      RESULTS_QUEUE_URL: 'Results',
      UPLOADS_BUCKET: 'Uploads',
      FEEDER_SOURCE: `reprocess.${name}`,
      CALLS_PER_SECOND: String(settings.workerConcurrency * settings.callsPerSecond),
      FILES_KEPT_DAYS: '180',
      ...{ DAILY_LIMIT: '500', DAILY_RESET: '00:00 UTC', INTERACTIVE_SHARE: '0.1' },
    });
  });
});
