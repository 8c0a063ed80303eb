import { expect, it } from 'vitest';
import { filtersOf } from '../../console/src/requests/filter-values.ts';
import { hashOf, parseHash } from '../../console/src/routing/route.ts';
import { takeKey } from '../../console/src/sign-in/take-key.ts';

it('an address leads to the place that it was made from, whatever stands in it', () => {
  const path = ['requests', 'http:1/2?3#4%ä'];
  const query = { state: 'failed', image: 'a&b=c' };
  expect(parseHash(hashOf(path, query))).toEqual({ path, query });
  expect(hashOf(['batches'], { state: '', code: undefined })).toBe('#/batches');
});

it('what somebody typed is read as far as it can be', () => {
  expect(parseHash('')).toEqual({ path: [], query: {} });
  expect(parseHash('#/batches/%E0%A4%A')).toEqual({ path: ['batches', '%E0%A4%A'], query: {} });
});

it('the key of an address is taken once, and is gone from it', () => {
  const shown: string[] = [];
  const history = { replaceState: (_: null, __: '', url: string) => void shown.push(url) };
  const at = (hash: string, search = '') => ({ hash, pathname: '/console/', search });
  expect(takeKey(at('#key=rk%2B1'), history)).toBe('rk+1');
  expect(takeKey(at('#/batches?key=1'), history)).toBeUndefined();
  expect(takeKey(at('#key=%E0%A4%A', '?a=1'), history)).toBe('%E0%A4%A');
  expect(shown).toEqual(['/console/', '/console/?a=1']);
});

it('the filters of an address are those that there are, with values that they can have', () => {
  const all = { state: 'failed', source: 'sqs', image: 'house', code: 'gave_up', since: '2026-11-22', partner: 'acme' };
  // A day is the viewer's.
  expect(filtersOf(all)).toEqual({ ...all, since: new Date(2026, 10, 22).toISOString() });
  expect(filtersOf({ since: 'soon' })).toEqual({ since: 'soon' });
  expect(filtersOf({ state: 'lost', source: 'mail', image: '', page: '2' })).toEqual({});
});
