import { describe, expect, it } from 'vitest';
import type { FoundRoute } from '../../../functions/lambda/paths.ts';
import { unknownInput } from '../../../functions/lambda/unknown-input.ts';
import { type HttpRequest, httpEvent } from '../../support/http-event.ts';

type Takes = Partial<FoundRoute<string>>;

/** What a call of a partner is refused with; undefined if it is not. */
function refusalOf(takes: Takes, call: HttpRequest) {
  const found = { name: 'some', methods: ['POST'], path: /^/, id: '', ...takes };
  const { before } = unknownInput(() => found);
  const event = { ...httpEvent({ method: 'POST', ...call }), partner: { name: 'acme' } };
  const response = before?.({ event } as never) as { readonly statusCode: number; readonly body: string } | undefined;
  return response && { status: response.statusCode, detail: JSON.parse(response.body).detail };
}

describe('a parameter of the query that its route does not know', () => {
  const KNOWN = { query: ['dry_run', 'name'] };

  it.each(['dryRun', 'DRY_RUN', 'dry-run', 'dryrun'])('is refused with the one that is meant: %s', (name) => {
    const detail = `this route takes the query parameters dry_run, name, got "${name}": did you mean dry_run?; nothing was done`;
    expect(refusalOf(KNOWN, { query: { [name]: 'true' } })).toEqual({ status: 400, detail });
  });

  it('is refused with those that its route knows, beside some of them', () => {
    const detail =
      'this route takes the query parameters dry_run, name, got "limit, x": leave out what it does not know; nothing was done';
    expect(refusalOf(KNOWN, { query: { dry_run: 'true', limit: '1', x: '' } })).toEqual({ status: 400, detail });
  });

  it('is refused where there are none', () => {
    const detail = 'this route takes no query parameters, got "dry_run": leave them out; nothing was done';
    expect(refusalOf({}, { query: { dry_run: 'true' } })).toEqual({ status: 400, detail });
  });

  it.each([
    ['one that it knows', KNOWN, { query: { dry_run: 'true' } }],
    ['none', {}, {}],
    ['an empty query', {}, { query: {} }],
  ])('is not %s', (_, takes, call) => {
    expect(refusalOf(takes, call)).toBeUndefined();
  });

  it('may be in a call of nobody, such as a probe', () => {
    const { before } = unknownInput(() => ({ name: 'health', methods: ['GET'], path: /^/, id: '' }));
    expect(before?.({ event: httpEvent({ query: { probe: '1' } }) } as never)).toBeUndefined();
  });
});
