import { describe, expect, it } from 'vitest';
import { MAX_PAYLOAD_BYTES, truncateEvent } from '../../../../functions/core/callback/truncate-event.ts';
import { MAX_JSON_DEPTH } from '../../../../functions/core/json.ts';

const PATH = '/v3/requests/http:1';
const long = (bytes: number) => 'ä'.repeat(bytes / 2);
const event = (data: object) => JSON.stringify({ specversion: '1.0', id: '1', type: 'reprocess.succeeded', data });
const cut = (data: object) => {
  const text = truncateEvent(event(data), PATH);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
  return JSON.parse(text);
};

describe('an event for a callback', () => {
  it('of up to 20 KB is sent as it is', () => {
    const around = Buffer.byteLength(event({ image: { note: '' } }));
    const of = (bytes: number) => event({ image: { note: 'x'.repeat(bytes - around) } });
    expect(truncateEvent(of(20 * 1024), PATH)).toBe(of(20 * 1024));
    expect(truncateEvent(of(20 * 1024 + 1), PATH)).toContain('"cut"');
  });

  it('that is longer loses its longest members, names them, and says where they are', () => {
    const short = cut({ request: { request_id: 'http:1' }, image: { note: long(30_000) }, attempts: 1 });
    expect(short).toEqual({
      ...{ specversion: '1.0', id: '1', type: 'reprocess.succeeded' },
      dataref: PATH,
      data: { request: { request_id: 'http:1' }, attempts: 1, cut: ['image'] },
    });
  });

  it('keeps what identifies its request', () => {
    const request = { request_id: 'http:1', image_id: 'house', preferences: { note: long(25_000) } };
    const { data } = cut({ request, error: { endpoint: long(50_000), code: 'refused' }, warnings: [long(10_000)] });
    expect(data.cut).toEqual(['error', 'request.preferences']);
    expect(data.request).toEqual({ request_id: 'http:1', image_id: 'house' });
    expect(data.warnings).toHaveLength(1);
  });

  it('loses what has the most bytes, and not the most characters', () => {
    const { data } = cut({ image: { note: long(22_000) }, warnings: ['x'.repeat(13_000)] });
    expect(data.cut).toEqual(['image']);
  });

  it('may have preferences as deep as a request may', () => {
    let deep: object = {};
    for (let level = 1; level < MAX_JSON_DEPTH; level += 1) deep = { deep };
    const { data } = cut({ request: { preferences: deep }, image: long(30_000) });
    expect(data.cut).toEqual(['image']);
    expect(data.request.preferences).toEqual(deep);
  });

  it('may have thousands of members, and names the longest of those that it loses', () => {
    const members = Array.from({ length: 8000 }, (_, index) => [`member-${1000 + index}`, index < 4000 ? 'long' : 1]);
    const { data } = cut(Object.fromEntries(members));
    expect(data.cut).toEqual(members.slice(0, 20).map(([name]) => name));
    const { cut: _, ...left } = data;
    expect(Object.keys(left).length).toBeGreaterThan(500);
    expect(new Set(Object.values(left))).toEqual(new Set([1]));
  });

  it('may have members with very long names', () => {
    const { data } = cut({ short: 'has the longer value', [long(40_000)]: 1 });
    expect(data).toEqual({ short: 'has the longer value', cut: [`${'ä'.repeat(100)}…`] });
  });

  it('keeps every digit of its numbers', () => {
    const text = `{"id":"1","data":{"image":"${'x'.repeat(30_000)}","size":12345678901234567890,"rate":1.0}}`;
    expect(truncateEvent(text, PATH)).toContain('"size":12345678901234567890,"rate":1.0');
  });
});
