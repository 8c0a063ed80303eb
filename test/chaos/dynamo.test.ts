import { beforeEach, describe, expect, it } from 'vitest';
import { createTable, type Table } from '../../chaos/models/dynamo.ts';

const N = (value: number) => ({ N: String(value) });
const S = (value: string) => ({ S: value });

let table: Table;
beforeEach(() => {
  const shows = ['state'];
  table = createTable({ name: 't', key: 'id', indexes: { 'by-image': { partition: 'image', sort: 'at', shows } } });
});

const put = (Item: object, more: object = {}) => table.respond('PutItem', { TableName: 't', Item, ...more });
const update = (UpdateExpression: string, more: object = {}) =>
  table.respond('UpdateItem', {
    TableName: 't',
    Key: { id: S('a') },
    UpdateExpression,
    ReturnValues: 'ALL_NEW',
    ...more,
  });

describe('a condition', () => {
  const item = { id: S('a'), count: N(2), text: S('b') };
  const holds = (ConditionExpression: string, names?: object) => {
    const values = { ':one': N(1), ':two': N(2), ':ten': N(10), ':b': S('b') };
    const used = Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(ConditionExpression));
    const ExpressionAttributeValues = Object.fromEntries(used);
    const more = { ConditionExpression, ExpressionAttributeValues, ...(names && { ExpressionAttributeNames: names }) };
    try {
      put(item, more);
      return true;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  };
  beforeEach(() => put(item));

  it.each([
    ['attribute_exists(count)', true],
    ['attribute_not_exists(count)', false],
    ['attribute_not_exists(absent)', true],
    ['count = :two', true],
    ['count <> :two', false],
    ['count < :ten', true],
    ['count <= :two', true],
    ['count > :one', true],
    ['count >= :ten', false],
    ['count BETWEEN :one AND :two', true],
    ['count BETWEEN :one AND :one OR text = :b', true],
    ['NOT count BETWEEN :one AND :ten', false],
    ['absent BETWEEN :one AND :ten', false],
    ['text = :b', true],
    ['absent = :b', false],
    ['text = :one', false],
    ['NOT count = :one', true],
    ['count = :one OR text = :b', true],
    ['count = :one AND text = :b OR text = :b', true],
    ['count = :one AND (text = :b OR text = :b)', false],
  ])('%s: %s', (expression, expected) => {
    expect(holds(expression)).toBe(expected);
  });

  it('names an attribute behind a #', () => {
    expect(holds('#c = :two', { '#c': 'count' })).toBe(true);
  });

  it('on an item that is not there sees no attributes', () => {
    const ConditionExpression = 'attribute_exists(id)';
    expect(() => put({ id: S('other') }, { ConditionExpression })).toThrow('The conditional request failed');
  });

  it.each([
    ['size(text) > :one', 'no comparison that is known'],
    ['count = :two count', 'behind its end'],
    ['(count = :two', 'expected )'],
    ['count ~ :two', 'cannot read'],
    ['count = :three', ':three is not defined'],
    ['#x = :two', '#x is not defined'],
  ])('that it cannot read is an error: %s', (expression, message) => {
    expect(() => holds(expression)).toThrow(message);
  });
});

describe('an update', () => {
  it('sets, adds to, keeps and removes attributes, each from the item as it was before', () => {
    put({ id: S('a'), count: N(2), gone: S('x') });
    const ExpressionAttributeValues = { ':one': N(1), ':zero': N(0), ':new': S('y') };
    const expression =
      'SET count = if_not_exists(count, :zero) + :one, copy = count, #k = if_not_exists(kept, :new), less = count - :one REMOVE gone';
    const more = { ExpressionAttributeValues, ExpressionAttributeNames: { '#k': 'kept' } };
    expect(update(expression, more)).toEqual({
      Attributes: { id: S('a'), count: N(3), copy: N(2), kept: S('y'), less: N(1) },
    });
  });

  it('makes the item when there is none', () => {
    expect(update('SET x = :x', { ExpressionAttributeValues: { ':x': N(1) } })).toEqual({
      Attributes: { id: S('a'), x: N(1) },
    });
  });

  it('changes nothing when its condition does not hold', () => {
    put({ id: S('a'), x: N(1) });
    const more = { ConditionExpression: 'x = :y', ExpressionAttributeValues: { ':x': N(5), ':y': N(2) } };
    expect(() => update('SET x = :x', more)).toThrow('The conditional request failed');
    const read = { TableName: 't', Key: { id: S('a') } };
    expect(table.respond('GetItem', read)).toEqual({ Item: { id: S('a'), x: N(1) } });
  });

  it.each([
    ['SET x = y', {}, 'does not exist in the item'],
    ['SET x = :x, x = :x', { ':x': N(1) }, 'overlap'],
    ['SET x = :x REMOVE x', { ':x': N(1) }, 'overlap'],
    ['SET id = :x', { ':x': S('b') }, 'cannot change the key'],
    ['ADD x :x', { ':x': N(1) }, 'behind its end'],
    ['SET x = :x + :s', { ':x': N(1), ':s': S('1') }, 'only numbers'],
    ['SET x = :x', { ':x': N(1), ':unused': N(1) }, 'no expression uses :unused'],
    ['SET x = :x', { ':x': { NULL: true } }, 'must be a string, a number or a boolean'],
    ['SET x = :x', { ':x': S('x'.repeat(400 * 1024)) }, 'exceeded the maximum'],
  ])('that makes no sense is refused: %s', (expression, values, message) => {
    expect(() => update(expression, { ExpressionAttributeValues: values })).toThrow(message);
  });
});

describe('a removal', () => {
  const read = { TableName: 't', Key: { id: S('a') } };
  const remove = (more: object = {}) => table.respond('DeleteItem', { ...read, ...more });

  it('takes the item away, also one that is not there', () => {
    put({ id: S('a'), x: N(1) });
    expect([remove(), remove()]).toEqual([{}, {}]);
    expect(table.respond('GetItem', read)).toEqual({});
  });

  it('takes nothing away when its condition does not hold', () => {
    put({ id: S('a'), x: N(1) });
    const more = { ConditionExpression: 'x = :y', ExpressionAttributeValues: { ':y': N(2) } };
    expect(() => remove(more)).toThrow('The conditional request failed');
    expect(table.respond('GetItem', read)).toEqual({ Item: { id: S('a'), x: N(1) } });
  });
});

describe('a query', () => {
  it('turns the pages of an index, newest first, with the shown attributes, and filters after the page was cut', () => {
    for (let number = 10; number < 35; number += 1) {
      const state = S(number % 2 === 0 ? 'even' : 'odd');
      put({ id: S(`i${number}`), image: S('house'), at: S(String(number)), state, secret: S('x') });
    }
    put({ id: S('other'), image: S('garden'), at: S('99'), state: S('even') });
    const input = {
      TableName: 't',
      IndexName: 'by-image',
      KeyConditionExpression: 'image = :image',
      FilterExpression: '#state = :state',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':image': S('house'), ':state': S('even') },
      ScanIndexForward: false,
    };
    const first = table.respond('Query', input) as { Items: object[]; LastEvaluatedKey: object };
    expect(first.Items).toHaveLength(10);
    expect(first.Items[0]).toEqual({ id: S('i34'), image: S('house'), at: S('34'), state: S('even') });
    const second = table.respond('Query', { ...input, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(second).toMatchObject({ Count: 3 });
    expect(second).not.toHaveProperty('LastEvaluatedKey');
  });
});

it('an operation or a table that the model does not know is an error, and no response', () => {
  expect(() => table.respond('TransactWriteItems', { TableName: 't' })).toThrow('does not know TransactWriteItems');
  expect(() => table.respond('GetItem', { TableName: 'u' })).toThrow('there is no table u');
});
