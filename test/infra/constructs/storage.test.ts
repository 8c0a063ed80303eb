import { describe, expect, it } from 'vitest';
import { EmptySecret } from '../../../infra/constructs/empty-secret.ts';
import { FifoQueue } from '../../../infra/constructs/fifo-queue.ts';
import { LedgerTable } from '../../../infra/constructs/ledger-table.ts';
import { QueueWithDeadLetters } from '../../../infra/constructs/queue-with-dead-letters.ts';
import { SHOWN } from '../../support/ledger-table.ts';
import { templateOf } from '../support/stack.ts';
import { stages } from '../support/stages.ts';

describe('the ledger', () => {
  const template = (keepsData: boolean) => templateOf((scope) => new LedgerTable(scope, 'Ledger', { keepsData }));

  it('is paid for by use, forgets what has expired, and can be brought back to any second', () => {
    template(true).hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('lists requests by image and by owner with just what a list shows, and the work of the feeder and the sweep by keys alone', () => {
    const [table] = Object.values(template(true).findResources('AWS::DynamoDB::Table'));
    const indexes = table?.Properties.GlobalSecondaryIndexes as {
      readonly IndexName: string;
      readonly KeySchema: readonly { readonly AttributeName: string }[];
      readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
    }[];
    const keys = indexes.map(({ IndexName, KeySchema }) => [IndexName, ...KeySchema.map((key) => key.AttributeName)]);
    expect(keys).toEqual([
      ['by-image', 'image_id', 'accepted_at'],
      ['by-work', 'work', 'place'],
      ['by-look', 'look', 'look_at'],
      ['by-owner', 'owner', 'accepted_at'],
    ]);
    expect(indexes.map(({ Projection }) => Projection.ProjectionType)).toEqual([
      'INCLUDE',
      'KEYS_ONLY',
      'KEYS_ONLY',
      'INCLUDE',
    ]);
    // The tables of the tests have the same.
    const shown = indexes.map(({ Projection }) => Projection.NonKeyAttributes);
    expect(shown).toEqual([[...SHOWN, 'owner'], undefined, undefined, [...SHOWN, 'image_id']]);
    for (const { Projection } of indexes) {
      for (const large of ['preferences', 'outcome', 'response', 'check', 'points']) {
        expect(Projection.NonKeyAttributes ?? []).not.toContain(large);
      }
    }
  });

  it.each([true, false])('is protected from deletion where data is kept: %s', (keepsData) => {
    template(keepsData).hasResource('AWS::DynamoDB::Table', {
      Properties: { DeletionProtectionEnabled: keepsData },
      DeletionPolicy: keepsData ? 'RetainExceptOnCreate' : 'Delete',
    });
  });
});

describe('an empty secret', () => {
  it('holds {} until a person fills it, never a generated value', () => {
    const template = templateOf((scope) => {
      new EmptySecret(scope, 'Secret', { name: 'a/b', description: 'c', keepsData: true, whyNotRotated: 'd' });
    });
    const [secret] = Object.values(template.findResources('AWS::SecretsManager::Secret'));
    expect(secret).toMatchObject({
      Properties: { Name: 'a/b', Description: 'c', SecretString: '{}' },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
    expect(secret?.Properties).not.toHaveProperty('GenerateSecretString');
  });
});

describe('a queue', () => {
  const settings = { ...stages.dev, retention: 3600 };

  it("keeps messages for as long as the stage says, and so do the queue's dead letters", () => {
    const template = templateOf((scope) => new QueueWithDeadLetters(scope, 'Work', { name: 'work', settings }));
    template.allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 3600 });
    template.resourceCountIs('AWS::SQS::Queue', 2);
  });

  it('has dead letters only where they are asked for', () => {
    const template = templateOf((scope) => new FifoQueue(scope, 'Alone', { name: 'alone', settings }));
    const [queue] = Object.values(template.findResources('AWS::SQS::Queue'));
    expect(queue?.Properties).not.toHaveProperty('RedrivePolicy');
  });
});
