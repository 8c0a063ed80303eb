import { describe, expect, it } from 'vitest';
import { stages as table } from '../../infra/stages.ts';
import { otherPolicies, permissions } from './support/permissions.ts';
import { templatesOfEveryStage } from './support/templates.ts';

const stages = await templatesOfEveryStage();
const settingsOf = (stage: string) => table[stage as keyof typeof table];

// X-Ray knows no resources; that is the only `*`.
const TRACING = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];

/** CodeDeploy's role, where a stage rolls out in steps. It finds alarms only among all. */
const ROLLOUT = [
  'cloudwatch:DescribeAlarms on *',
  ...['ApiHandler/Function', 'Worker/Function'].flatMap((target) =>
    ['GetAlias', 'GetProvisionedConcurrencyConfig', 'UpdateAlias'].flatMap((action) => [
      `lambda:${action} on ${target}`,
      `lambda:${action} on ${target}:live`,
    ]),
  ),
].sort();

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
        'sqs:SendMessage on Results',
        ...TRACING,
      ],
      'ApiHandler/Role': [
        'dynamodb:GetItem on Ledger',
        'dynamodb:PutItem on Ledger',
        'dynamodb:Query on Ledger/index/by-image',
        'logs:CreateLogStream on ApiHandler/Logs',
        'logs:PutLogEvents on ApiHandler/Logs',
        'secretsmanager:GetSecretValue on PartnerKeys',
        'sqs:GetQueueAttributes on Requests/Queue',
        'sqs:SendMessage on Requests/Queue',
        ...TRACING,
      ],
      'Webhook/Role': [
        'dynamodb:GetItem on Ledger',
        'dynamodb:Query on Ledger/index/by-image',
        'dynamodb:UpdateItem on Ledger',
        'logs:CreateLogStream on Webhook/Logs',
        'logs:PutLogEvents on Webhook/Logs',
        'secretsmanager:GetSecretValue on AutoenhanceKey',
        'secretsmanager:GetSecretValue on WebhookToken',
        'sqs:SendMessage on Results',
        ...TRACING,
      ],
      'UploadTrigger/Role': [
        'dynamodb:GetItem on Ledger if dynamodb:LeadingKeys file:*',
        'dynamodb:UpdateItem on Ledger if dynamodb:LeadingKeys file:*',
        'events:PutEvents on arn:Partition:events:Region:AccountId:event-bus/default if events:source reprocess.STAGE',
        'logs:CreateLogStream on UploadTrigger/Logs',
        'logs:PutLogEvents on UploadTrigger/Logs',
        's3:GetObject on Uploads/images/*',
        's3:GetObject on Uploads/requests/*',
        's3:GetObjectVersion on Uploads/images/*',
        's3:GetObjectVersion on Uploads/requests/*',
        's3:PutObject on Uploads/reports/*',
        'sqs:GetQueueAttributes on Requests/Queue',
        'sqs:SendMessage on FailedUploads',
        'sqs:SendMessage on Requests/Queue',
        'sqs:SendMessage on Results',
        ...TRACING,
      ].map((line) => line.replace('STAGE', stage)),
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
        'sqs:SendMessage on Results',
        ...TRACING,
      ],
      ...(settingsOf(stage).rollout !== 'all-at-once' && { 'Rollout/Role': ROLLOUT }),
    });
  });

  it('is written in the policies of this table and nowhere else', () => {
    // CDK's own function that empties the bucket brings AWS's policy for writing a log.
    const emptier = 'Custom::S3AutoDeleteObjectsCustomResourceProvider/Role';
    expect(otherPolicies(templates)).toEqual(settingsOf(stage).keepsData ? [] : [emptier]);
  });
});
