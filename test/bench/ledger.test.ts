import { describe, expect, it } from 'vitest';
import { createLedgerStandIn } from '../../bench/servers/ledger.ts';

const id = { S: 'one' };

describe('the ledger’s stand-in', () => {
  it('carries out what an update sets, counts and removes', () => {
    const { answer } = createLedgerStandIn();
    const update = {
      Key: { id },
      UpdateExpression:
        'SET #a = if_not_exists(#a, :a), attempts = if_not_exists(attempts, :zero) + :one REMOVE lease_until',
      ConditionExpression: 'attribute_not_exists(id) OR (#a = :a)',
      ExpressionAttributeNames: { '#a': 'image_id' },
      ExpressionAttributeValues: { ':a': { S: 'image' }, ':zero': { N: '0' }, ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    };
    expect(answer('UpdateItem', { ...update, ReturnValues: 'NONE' })).toEqual({});
    expect(answer('UpdateItem', update)).toEqual({
      Attributes: { id, image_id: { S: 'image' }, attempts: { N: '2' } },
    });
    expect(answer('GetItem', { Key: { id } })).toMatchObject({ Item: { attempts: { N: '2' } } });
  });

  const update = { Key: { id }, UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': { S: 'a' } } };

  it.each(['fingerprint = :a', 'attribute_not_exists(lease_until) AND fingerprint = :a'])(
    'refuses an update of an item that is not there, if %s',
    (ConditionExpression) => {
      const { answer } = createLedgerStandIn();
      expect(answer('UpdateItem', { ...update, ConditionExpression })).toEqual({
        __type: 'ConditionalCheckFailedException',
      });
    },
  );

  it.each([
    'attribute_not_exists(used) OR used <= :a',
    '(attribute_not_exists(used) OR used <= :a) AND (attribute_not_exists(b) OR b <= :a)',
  ])('makes an item where it need not be there, by %s', (ConditionExpression) => {
    const { answer } = createLedgerStandIn();
    expect(answer('UpdateItem', { ...update, ConditionExpression })).toEqual({});
    expect(answer('GetItem', { Key: { id } })).toEqual({ Item: { id, a: { S: 'a' } } });
  });
});
