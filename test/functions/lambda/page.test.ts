import { describe, expect, it } from 'vitest';
import { batchNameOf, flagOf } from '../../../functions/lambda/batch-input.ts';
import { oneOf, parsePage } from '../../../functions/lambda/page.ts';
import { httpEvent } from '../../support/http-event.ts';

describe('what a query asks for', () => {
  const query = (queryStringParameters: Record<string, string>) => ({ queryStringParameters });

  it.each([
    [{}, { limit: 20 }],
    [{ limit: '1' }, { limit: 1 }],
    [
      { limit: '100', cursor: 'x' },
      { limit: 100, cursor: 'x' },
    ],
  ])('%j is a page of %j', (asked, page) => expect(parsePage(query(asked))).toEqual(page));

  it.each(['0', '101', '-1', '1.5', '1000', 'x', ''])('is no page of %j', (limit) => {
    expect(() => parsePage(query({ limit }))).toThrow('limit must be a whole number from 1 to 100, got ');
  });

  it.each([
    [undefined, undefined],
    ['one', 'one'],
    ['TWO', 'two'],
  ])('is one of some, %j, in any case: %j', (value, found) => expect(oneOf('word', value, ['one', 'two'])).toBe(found));

  it('is refused where it is none of them', () => {
    expect(() => oneOf('word', 'three', ['one', 'two'])).toThrow('word must be one of one, two, got "three"');
  });

  it.each([
    [undefined, false],
    ['', true],
    ['1', true],
    ['TRUE', true],
    ['0', false],
    ['False', false],
  ])('switches with %j: %j', (value, isOn) => {
    expect(flagOf({ ...httpEvent({}), ...query(value === undefined ? {} : { dry_run: value }) }, 'dry_run')).toBe(isOn);
  });

  it.each(['yes', '2', ' '])('does not switch with %j', (value) => {
    const event = { ...httpEvent({}), ...query({ dry_run: value }) };
    expect(() => flagOf(event, 'dry_run')).toThrow('dry_run must be true or false, got ');
  });
});

describe('the name of a batch', () => {
  it('is of 200 characters at most, as a person counts them', () => {
    const longest = '🏠'.repeat(200);
    expect(batchNameOf(longest)).toBe(longest);
    expect(() => batchNameOf(`${longest}x`)).toThrow('name must be text of 1 to 200 characters');
    expect(() => batchNameOf('spring\ud83d')).toThrow('halves of a character, got "spring\\ud83d"');
  });
});
