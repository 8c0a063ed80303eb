import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ImageFailedEvent, OutcomeError } from '../../client/src/contract.ts';
import { parseEvent } from '../../client/src/events/parse-event.ts';
import { type Json, readJson } from '../docs/support/contract.ts';

const { ReprocessRequest: _, ...messages } = readJson('docs/asyncapi.json').components.messages;
const examples = Object.entries<Json>(messages).flatMap(([name, { examples: each }]) =>
  each.map(({ payload }: Json) => [name, payload] as const),
);

describe('an event', () => {
  it.each(examples)('of the contract is read, from text and from JSON: %s', (_name, event) => {
    expect(parseEvent(JSON.stringify(event))).toEqual(event);
    expect(parseEvent(event)).toBe(event);
  });

  it.each(['toString', 'autoenhanced.image', 'image.started'])(
    'of a type that is not known is told apart: %s',
    (type) => {
      const event = { specversion: '1.0', id: '1', type, data: {} };
      expect(parseEvent(event)).toEqual({ type: 'unknown', event });
    },
  );

  it('has the type of its data', () => {
    const event = parseEvent(examples[0]?.[1]);
    switch (event.type) {
      case 'image.failed':
        expectTypeOf(event).toEqualTypeOf<ImageFailedEvent>();
        break;
      case 'reprocess.failed':
        expectTypeOf(event.data.error).toEqualTypeOf<OutcomeError>();
    }
    expect(event.type).toBe('reprocess.succeeded');
  });

  it.each([
    null,
    1,
    'null',
    '[]',
    {},
    { type: 'image.failed' },
    { specversion: '1.0', type: 1 },
    { specversion: '0.3', type: 'image.failed' },
  ])('%j is refused', (given) => {
    expect(() => parseEvent(given)).toThrow('an event must be a CloudEvent 1.0 as JSON');
  });

  it('that is not JSON is refused', () => {
    expect(() => parseEvent('hello')).toThrow(SyntaxError);
  });
});
