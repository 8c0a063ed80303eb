import { describe, expect, it } from 'vitest';
import { ownTraceparent, traceIdOf, traceparentOf } from '../../../functions/core/trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const given = `00-${TRACE}-${SPAN}-01`;
const xray = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const own = ownTraceparent('sqs:1');

describe('the trace of a request', () => {
  it.each([
    ['is the one that its caller names', { traceparent: given }, given],
    [
      'keeps the flags that version 00 does not know',
      { traceparent: `00-${TRACE}-${SPAN}-ff` },
      `00-${TRACE}-${SPAN}-ff`,
    ],
    ["is the caller's before X-Ray's", { traceparent: given, traceHeader: xray }, given],
    ['of a later version is written as version 00', { traceparent: `cc-${TRACE}-${SPAN}-09` }, given],
    ['of a later version may say more', { traceparent: `cc-${TRACE}-${SPAN}-08-more` }, `00-${TRACE}-${SPAN}-00`],
    [
      "is X-Ray's where the caller names none",
      { traceHeader: xray },
      '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01',
    ],
    [
      "is X-Ray's where the caller's is none",
      { traceparent: 'none', traceHeader: xray },
      '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01',
    ],
    [
      'reads what X-Ray does not sample, among what else its header says',
      {
        traceHeader:
          'Self=1-5759e988-000000000000000000000000; Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:a;Parent=53995c3f42cd8ad8;Sampled=0',
      },
      '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00',
    ],
    [
      "takes a span of its own where X-Ray's header names none",
      { traceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793' },
      `00-5759e988bd862e3fe1be46a994272793-${own.split('-')[2]}-00`,
    ],
  ])('%s', (_, sources, expected) => {
    expect(traceparentOf(sources, 'sqs:1')).toBe(expected);
  });

  it.each([
    undefined,
    '',
    'none',
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}0-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01more`,
    ` 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01\n`,
    `${given},${given}`,
  ])('is one of its own where its caller names %j', (traceparent) => {
    expect(traceparentOf({ traceparent }, 'sqs:1')).toBe(own);
  });

  it.each([
    '',
    'Root=1-5759e988-bd862e3fe1be46a994272793x',
    'Root=2-5759e988-bd862e3fe1be46a994272793',
    'Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8',
  ])('is one of its own where X-Ray names %j', (traceHeader) => {
    expect(traceparentOf({ traceHeader }, 'sqs:1')).toBe(own);
  });

  it('of its own is the same for the same request, and another for every other', () => {
    expect(own).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/);
    expect(ownTraceparent('sqs:1')).toBe(own);
    expect(traceIdOf(ownTraceparent('sqs:2'))).not.toBe(traceIdOf(own));
  });

  it('has an id for the log', () => {
    expect(traceIdOf(given)).toBe(TRACE);
    expect(traceIdOf(undefined)).toBeUndefined();
  });
});
