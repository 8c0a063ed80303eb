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
    const detail = `nothing was done: this route takes the query parameters dry_run, name, got "${name}": did you mean dry_run?`;
    expect(refusalOf(KNOWN, { query: { [name]: 'true' } })).toEqual({ status: 400, detail });
  });

  it('is refused with those that its route knows, beside some of them', () => {
    const detail =
      'nothing was done: this route takes the query parameters dry_run, name, got "limit, x": leave out what it does not know';
    expect(refusalOf(KNOWN, { query: { dry_run: 'true', limit: '1', x: '' } })).toEqual({ status: 400, detail });
  });

  it('is refused where there are none', () => {
    const detail = 'nothing was done: this route takes no query parameters, got "dry_run": leave them out';
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

describe('a header of a single request', () => {
  const NAMES = ['x-api-version', 'reprocess-not-after'];

  it.each(NAMES)('is refused where it would be lost, with what to do: %s', (name) => {
    const detail = `nothing was done: this route takes no header ${name}, got "2026-11-22": write it`;
    expect(refusalOf({ instead: 'write it' }, { headers: { [name]: '2026-11-22' } })).toEqual({ status: 400, detail });
  });

  it.each(NAMES)('does no harm to what sends no request: %s', (name) => {
    expect(refusalOf({}, { headers: { [name]: '2026-11-22' } })).toBeUndefined();
  });
});

describe('a body', () => {
  const BODY = { body: { enhance_type: 'neutral' } };
  const got = 'nothing was done: this route takes no body, got "{\\"enhance_type\\":\\"neutral\\"}"';

  it('is refused where it would be lost, with what to do', () => {
    const detail = `${got}: leave it out`;
    expect(refusalOf({}, BODY)).toEqual({ status: 400, detail });
    const encoded = { body: Buffer.from(JSON.stringify(BODY.body)).toString('base64'), isBase64Encoded: true };
    expect(refusalOf({}, encoded)).toEqual({ status: 400, detail });
    expect(refusalOf({ instead: 'write it' }, BODY)?.detail).toContain(`${got}: write it`);
  });

  it.each(['', ' ', '{}', '{ }\n', null])('that says nothing is not: %j', (body) => {
    expect(refusalOf({}, { body })).toBeUndefined();
  });

  it('is not where it is taken, and of a read it is ignored', () => {
    expect(refusalOf({ takesBody: true }, BODY)).toBeUndefined();
    expect(refusalOf({ methods: ['GET', 'HEAD'] }, BODY)).toBeUndefined();
  });
});
