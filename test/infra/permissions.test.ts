import { describe, expect, it } from 'vitest';
import {
  conditions,
  invokers,
  otherHolders,
  otherPolicies,
  permissions,
  resourcePolicies,
  trust,
} from './support/permissions.ts';
import { stages as table } from './support/stages.ts';
import { templatesOfEveryStage } from './support/templates.ts';

const stages = await templatesOfEveryStage();
const settingsOf = (stage: string) => table[stage as keyof typeof table];
/** CDK's own function that empties the bucket of a stage that keeps no data. What it may do stands in the bucket's policy. */
const EMPTIER = 'Custom::S3AutoDeleteObjectsCustomResourceProvider/Role';
const isEmptied = (stage: string) => !settingsOf(stage).keepsData;
const isMonitored = (stage: string) => stage !== 'local';
const isRolledOut = (stage: string) => settingsOf(stage).rollout !== 'all-at-once';

// X-Ray knows no resources: that is the only `*` in place of one. Where a name ends in `*`, callers choose the rest of it.
const TRACING = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];

/** CodeDeploy's role, where a stage rolls out in steps. It finds alarms only among all. */
const ROLLOUT = [
  'cloudwatch:DescribeAlarms on *',
  ...[
    'ApiHandler',
    'BatchApi',
    'BatchFeeder',
    'CallbackApi',
    'CallbackDelivery',
    'CompletionSweep',
    'Console',
    'DeadLetters',
    'OrderApi',
    'UploadTrigger',
    'Webhook',
    'Worker',
  ]
    .map((each) => `${each}/Function`)
    .flatMap((target) => [
      ...['GetAlias', 'UpdateAlias'].flatMap((action) => [
        `lambda:${action} on ${target}`,
        `lambda:${action} on ${target}:live`,
      ]),
      `lambda:GetProvisionedConcurrencyConfig on ${target}:*`,
    ]),
].sort();

const FEEDER_KEYS = 'dynamodb:LeadingKeys feeder*,batch:*,upload:*,budget:*,pause*,callback:*';

describe.each(stages)('what the roles of %s may do', (stage, templates) => {
  it('is exactly this', () => {
    expect(permissions(templates)).toEqual({
      'Worker/Role': [
        'dynamodb:GetItem on Ledger',
        'dynamodb:PutItem on Ledger',
        'dynamodb:UpdateItem on Ledger',
        'logs:CreateLogStream on Worker/Logs',
        'logs:PutLogEvents on Worker/Logs',
        'secretsmanager:GetSecretValue on AutoenhanceKey',
        'sqs:ChangeMessageVisibility on Requests/Queue',
        'sqs:DeleteMessage on Requests/Queue',
        'sqs:GetQueueAttributes on Requests/Queue',
        'sqs:ReceiveMessage on Requests/Queue',
        'sqs:SendMessage on Callbacks/Queue',
        'sqs:SendMessage on Results',
        ...TRACING,
      ],
      'ApiHandler/Role': [
        'dynamodb:GetItem on Ledger',
        'dynamodb:PutItem on Ledger',
        'dynamodb:Query on Ledger/index/by-image',
        'dynamodb:Query on Ledger/index/by-owner',
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys pause,calls:*',
        'logs:CreateLogStream on ApiHandler/Logs',
        'logs:PutLogEvents on ApiHandler/Logs',
        'secretsmanager:GetSecretValue on PartnerKeys',
        'secretsmanager:GetSecretValue on SessionSecret',
        'sqs:GetQueueAttributes on Requests/DeadLetters',
        'sqs:GetQueueAttributes on Requests/Queue',
        'sqs:SendMessage on Requests/Queue',
        ...TRACING,
      ],
      // It alone of those that partners call knows the account's key, and it may change nothing but batches.
      'OrderApi/Role': [
        'dynamodb:GetItem on Ledger if dynamodb:LeadingKeys batch:*,budget:*,pause*,init*,calls:*',
        'dynamodb:PutItem on Ledger if dynamodb:LeadingKeys batch:*',
        'dynamodb:Query on Ledger/index/by-image',
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys calls:*,batches:*',
        'events:PutEvents on arn:Partition:events:Region:AccountId:event-bus/default if events:source reprocess.STAGE',
        'logs:CreateLogStream on OrderApi/Logs',
        'logs:PutLogEvents on OrderApi/Logs',
        's3:PutObject on Uploads/requests/partners/*',
        's3:PutObject on Uploads/requests/service/*',
        'secretsmanager:GetSecretValue on AutoenhanceKey',
        'secretsmanager:GetSecretValue on PartnerKeys',
        'secretsmanager:GetSecretValue on SessionSecret',
        ...TRACING,
      ].map((line) => line.replace('STAGE', stage)),
      // It knows who may sign in, and may count who may not: nothing else.
      'Console/Role': [
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys signin:*',
        'logs:CreateLogStream on Console/Logs',
        'logs:PutLogEvents on Console/Logs',
        'secretsmanager:GetSecretValue on PartnerKeys',
        'secretsmanager:GetSecretValue on SessionSecret',
        ...TRACING,
      ],
      'BatchApi/Role': [
        'dynamodb:BatchGetItem on Ledger if dynamodb:LeadingKeys batch:*,upload:*,budget:*,pause*,init*,calls:*',
        'dynamodb:GetItem on Ledger if dynamodb:LeadingKeys batch:*,upload:*,budget:*,pause*,init*,calls:*',
        'dynamodb:PutItem on Ledger if dynamodb:LeadingKeys batch:*',
        ...['image', 'owner', 'work'].map((index) => `dynamodb:Query on Ledger/index/by-${index}`),
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys batch:*',
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys calls:*,batches:*',
        'events:PutEvents on arn:Partition:events:Region:AccountId:event-bus/default if events:source reprocess.STAGE',
        'logs:CreateLogStream on BatchApi/Logs',
        'logs:PutLogEvents on BatchApi/Logs',
        's3:GetObject on Uploads/reports/*',
        's3:GetObjectVersion on Uploads/requests/*',
        's3:ListBucket on Uploads if s3:prefix requests/*,reports/*',
        's3:PutObject on Uploads/requests/partners/*',
        's3:PutObject on Uploads/requests/service/*',
        'secretsmanager:GetSecretValue on PartnerKeys',
        'secretsmanager:GetSecretValue on SessionSecret',
        ...TRACING,
      ].map((line) => line.replace('STAGE', stage)),
      // It connects to where others want it to: it has no key but those that sign, and reads no request.
      'CallbackDelivery/Role': [
        'dynamodb:DeleteItem on Ledger if dynamodb:LeadingKeys callback:*',
        'dynamodb:GetItem on Ledger if dynamodb:LeadingKeys callback:*,delivery:*,init*',
        'dynamodb:PutItem on Ledger if dynamodb:LeadingKeys delivery:*',
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys callback:*',
        'logs:CreateLogStream on CallbackDelivery/Logs',
        'logs:PutLogEvents on CallbackDelivery/Logs',
        'secretsmanager:GetSecretValue on CallbackKeys',
        'sqs:ChangeMessageVisibility on Callbacks/Queue',
        'sqs:DeleteMessage on Callbacks/Queue',
        'sqs:GetQueueAttributes on Callbacks/Queue',
        'sqs:ReceiveMessage on Callbacks/Queue',
        'sqs:SendMessage on Results',
        ...TRACING,
      ],
      'CallbackApi/Role': [
        'dynamodb:BatchGetItem on Ledger if dynamodb:LeadingKeys delivery:*',
        'dynamodb:DeleteItem on Ledger if dynamodb:LeadingKeys callback:*',
        'dynamodb:GetItem on Ledger if dynamodb:LeadingKeys callback:*,delivery:*,http:*,upload:*,calls:*,init*',
        'dynamodb:PutItem on Ledger if dynamodb:LeadingKeys delivery:*',
        'dynamodb:Query on Ledger/index/by-owner',
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys callback:*',
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys calls:*',
        'logs:CreateLogStream on CallbackApi/Logs',
        'logs:PutLogEvents on CallbackApi/Logs',
        'secretsmanager:GetSecretValue on CallbackKeys',
        'secretsmanager:GetSecretValue on PartnerKeys',
        'secretsmanager:GetSecretValue on SessionSecret',
        ...TRACING,
      ],
      'Webhook/Role': [
        'dynamodb:GetItem on Ledger',
        'dynamodb:PutItem on Ledger',
        'dynamodb:Query on Ledger/index/by-image',
        'dynamodb:UpdateItem on Ledger',
        'logs:CreateLogStream on Webhook/Logs',
        'logs:PutLogEvents on Webhook/Logs',
        'secretsmanager:GetSecretValue on AutoenhanceKey',
        'secretsmanager:GetSecretValue on WebhookToken',
        'sqs:SendMessage on Callbacks/Queue',
        'sqs:SendMessage on Requests/Queue',
        'sqs:SendMessage on Results',
        ...TRACING,
      ],
      'CompletionSweep/Role': [
        'dynamodb:BatchGetItem on Ledger',
        'dynamodb:GetItem on Ledger',
        'dynamodb:PutItem on Ledger',
        'dynamodb:Query on Ledger/index/by-image',
        'dynamodb:Query on Ledger/index/by-look',
        'dynamodb:UpdateItem on Ledger',
        'logs:CreateLogStream on CompletionSweep/Logs',
        'logs:PutLogEvents on CompletionSweep/Logs',
        'secretsmanager:GetSecretValue on AutoenhanceKey',
        'sqs:SendMessage on Callbacks/Queue',
        'sqs:SendMessage on FailedRuns',
        'sqs:SendMessage on Requests/Queue',
        'sqs:SendMessage on Results',
        ...TRACING,
      ],
      'UploadTrigger/Role': [
        'dynamodb:GetItem on Ledger if dynamodb:LeadingKeys file:*,batch:*,upload:*,budget:*',
        'dynamodb:PutItem on Ledger if dynamodb:LeadingKeys file:*,batch:*,upload:*,budget:*',
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys file:*,batch:*,upload:*,budget:*',
        'events:PutEvents on arn:Partition:events:Region:AccountId:event-bus/default if events:source reprocess.STAGE',
        'logs:CreateLogStream on UploadTrigger/Logs',
        'logs:PutLogEvents on UploadTrigger/Logs',
        's3:GetObject on Uploads/images/*',
        's3:GetObjectVersion on Uploads/images/*',
        's3:GetObjectVersion on Uploads/requests/*',
        's3:ListBucket on Uploads if s3:prefix requests/*,images/*',
        's3:PutObject on Uploads/reports/*',
        'sqs:SendMessage on FailedUploads',
        'sqs:SendMessage on Requests/Queue',
        'sqs:SendMessage on Results',
        ...TRACING,
      ].map((line) => line.replace('STAGE', stage)),
      'BatchFeeder/Role': [
        ...['BatchGetItem', 'GetItem', 'PutItem'].map((action) => `dynamodb:${action} on Ledger if ${FEEDER_KEYS}`),
        'dynamodb:Query on Ledger/index/by-image',
        'dynamodb:Query on Ledger/index/by-work',
        `dynamodb:UpdateItem on Ledger if ${FEEDER_KEYS}`,
        'logs:CreateLogStream on BatchFeeder/Logs',
        'logs:PutLogEvents on BatchFeeder/Logs',
        's3:GetObjectVersion on Uploads/requests/*',
        's3:ListBucket on Uploads if s3:prefix requests/*',
        's3:PutObject on Uploads/reports/*',
        'sqs:GetQueueAttributes on Requests/Queue',
        'sqs:SendMessage on Callbacks/Queue',
        'sqs:SendMessage on FailedRuns',
        'sqs:SendMessage on Requests/Queue',
        'sqs:SendMessage on Results',
        ...TRACING,
      ],
      'DeadLetters/Role': [
        'dynamodb:GetItem on Ledger',
        'dynamodb:PutItem on Ledger',
        'dynamodb:UpdateItem on Ledger',
        'logs:CreateLogStream on DeadLetters/Logs',
        'logs:PutLogEvents on DeadLetters/Logs',
        'sqs:ChangeMessageVisibility on Requests/DeadLetters',
        'sqs:DeleteMessage on Requests/DeadLetters',
        'sqs:GetQueueAttributes on Requests/DeadLetters',
        'sqs:ReceiveMessage on Requests/DeadLetters',
        'sqs:SendMessage on Callbacks/Queue',
        'sqs:SendMessage on Results',
        ...TRACING,
      ],
      ...(isRolledOut(stage) && { 'Rollout/Role': ROLLOUT }),
      ...(isEmptied(stage) && { [EMPTIER]: [] }),
    });
  });

  it('is limited for every key of a call, by patterns where the table has a star', () => {
    // Whether S3 takes the key for the prefix when it asks for an object, AWS does not say.
    expect(conditions(templates)).toEqual([
      'ArnLike aws:SourceArn',
      'Bool aws:SecureTransport',
      'ForAllValues:StringLike dynamodb:LeadingKeys',
      'NumericLessThan s3:TlsVersion',
      ...(isMonitored(stage) ? ['StringEquals aws:SourceAccount'] : []),
      'StringEquals events:source',
      'StringLikeIfExists s3:prefix',
    ]);
  });

  it('is written in the policies of this table and nowhere else', () => {
    // It brings AWS's policy for writing a log.
    expect(otherPolicies(templates)).toEqual(isEmptied(stage) ? [EMPTIER] : []);
    const emptying = 'Custom::S3AutoDeleteObjects Uploads/AutoDeleteObjectsCustomResource/Default';
    // The policy of the alarms' key is monitoring.test.ts's to hold.
    const key = 'AWS::KMS::Key AlarmsKey';
    const holders = [...(isEmptied(stage) ? [emptying] : []), ...(isMonitored(stage) ? [key] : [])];
    expect(otherHolders(templates)).toEqual(holders);
  });

  it('reaches everything in no service, and every resource only where the service forces it', () => {
    const lines = Object.values(permissions(templates)).flat();
    expect(lines.filter((line) => line.split(' on ')[0]?.includes('*'))).toEqual([]);
    const everywhere = lines.filter((line) => / on \*($| if )/.test(line));
    const alarms = 'cloudwatch:DescribeAlarms on *';
    expect([...new Set(everywhere)].sort()).toEqual(isRolledOut(stage) ? [alarms, ...TRACING] : TRACING);
  });

  it('is for Lambda to do, and for CodeDeploy what rolls out, on behalf of the stage’s own deploys alone', () => {
    const by = (service: string) => [`Allow sts:AssumeRole to ${service}`];
    const ours = 'arn:Partition:codedeploy:Region:AccountId:deploymentgroup:Rollout/Application/*';
    const serviceOf = (role: string) =>
      role === 'Rollout/Role'
        ? `codedeploy.amazonaws.com if aws:SourceAccount AccountId and aws:SourceArn ${ours}`
        : 'lambda.amazonaws.com';
    expect(trust(templates)).toEqual(
      Object.fromEntries(Object.keys(permissions(templates)).map((role) => [role, by(serviceOf(role))])),
    );
  });
});

const EMPTYING = ['DeleteObject*', 'GetBucket*', 'List*', 'PutBucketPolicy'].flatMap((action) =>
  ['Uploads', 'Uploads/*'].map((on) => `Allow ${EMPTIER} s3:${action} on ${on}`),
);

describe.each(stages)('who may reach what in %s', (stage, templates) => {
  const api = (path: string) =>
    `lambda:InvokeFunction by apigateway.amazonaws.com for arn:Partition:execute-api:Region:AccountId:Api/Api${path}`;
  const below = (collection: string) =>
    ['/v3', '/{empty}/v3'].flatMap((version) => [
      api(`/*/*${version}/${collection}`),
      api(`/*/*${version}/${collection}/{path+}`),
    ]);
  const rule = (name: string) => `lambda:InvokeFunction by events.amazonaws.com for ${name}`;

  it('functions are invoked by these alone, beside their own event sources', () => {
    expect(invokers(templates)).toEqual({
      'ApiHandler/Function/Live': [api('/*/*/healthz'), api('/*/*/v3/{path+}'), api('/*/*/{empty}/v3/{path+}')],
      'BatchApi/Function/Live': below('batches'),
      'CallbackApi/Function/Live': [...below('callback'), ...below('partners')].toSorted(),
      'OrderApi/Function/Live': [
        ...below('orders'),
        ...['/v3', '/{empty}/v3'].flatMap((version) =>
          ['', '/preview'].map((rest) => api(`/*/*${version}/images/{id}${rest}`)),
        ),
      ].toSorted(),
      'Console/Function/Live': [api('/*/*/console'), api('/*/*/console/{path+}')],
      'Webhook/Function/Live': [api('/*/*/webhooks/autoenhance')],
      'CompletionSweep/Function/Live': [rule('SweepEachMinute')],
      'UploadTrigger/Function/Live': [rule('Uploaded')],
      'BatchFeeder/Function/Live': [rule('BatchWaiting'), rule('EachMinute')],
    });
  });

  it('resources are closed to calls without TLS, open to EventBridge what takes failed events, and the alarms to CloudWatch', () => {
    const withoutTls = (service: string, on: string) => `Deny * ${service}:* on ${on} if aws:SecureTransport false`;
    const withOldTls = (on: string) => `Deny * s3:* on ${on} if s3:TlsVersion 1.2`;
    expect(resourcePolicies(templates)).toEqual({
      'Requests/Queue/Policy': [withoutTls('sqs', 'Requests/Queue')],
      'Requests/DeadLetters/Policy': [withoutTls('sqs', 'Requests/DeadLetters')],
      'Callbacks/Queue/Policy': [withoutTls('sqs', 'Callbacks/Queue')],
      'Callbacks/DeadLetters/Policy': [withoutTls('sqs', 'Callbacks/DeadLetters')],
      'Results/Policy': [withoutTls('sqs', 'Results')],
      ...Object.fromEntries(
        ['FailedRuns', 'FailedUploads'].map((queue) => [
          `${queue}/Policy`,
          [
            `Allow events.amazonaws.com sqs:SendMessage on ${queue} if aws:SourceArn arn:Partition:events:Region:AccountId:rule/*`,
            withoutTls('sqs', queue),
          ],
        ]),
      ),
      'Uploads/Policy': [
        withoutTls('s3', 'Uploads'),
        withOldTls('Uploads'),
        withoutTls('s3', 'Uploads/*'),
        withOldTls('Uploads/*'),
        ...(isEmptied(stage) ? EMPTYING : []),
      ].sort(),
      ...(isMonitored(stage) && {
        'Alarms/Policy': [
          'Allow cloudwatch.amazonaws.com sns:Publish on Alarms if aws:SourceAccount AccountId',
          ...[
            ...['AddPermission', 'DeleteTopic', 'GetTopicAttributes', 'ListSubscriptionsByTopic', 'Publish'],
            ...['RemovePermission', 'SetTopicAttributes', 'Subscribe'],
          ].map((action) => `Deny * sns:${action} on Alarms if aws:SecureTransport false`),
        ],
      }),
    });
  });
});
