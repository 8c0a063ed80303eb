import { describe, expect, it } from 'vitest';
import type { Context } from '../../../local/iam/conditions.ts';
import { evaluate } from '../../../local/iam/evaluate.ts';
import { compilePolicy, type Principal } from '../../../local/iam/policy.ts';
import { UnsupportedTemplate } from '../../../local/template/intrinsics.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:queue';
const ROLE = 'arn:aws:iam::000000000000:role/worker';
const worker = {
  kind: 'role',
  account: '000000000000',
  roleArn: ROLE,
  sessionArn: 'arn:aws:sts::000000000000:assumed-role/worker/session',
} as const satisfies Principal;
const eventBridge: Principal = { kind: 'service', name: 'events.amazonaws.com' };

const allow = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE };
const deny = { ...allow, Effect: 'Deny' };
const role = (...Statement: readonly object[]) => compilePolicy({ Version: '2012-10-17', Statement }, 'role', 'P');
const queue = (...Statement: readonly object[]) => compilePolicy({ Version: '2012-10-17', Statement }, 'resource', 'P');

interface Asked {
  readonly principal?: Principal;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Context;
}

function decide(ofRole: readonly object[], ofResource: readonly object[] = [], asked: Asked = {}) {
  const { principal = worker, action = 'sqs:SendMessage', resource = QUEUE, context = {} } = asked;
  const policies = { ofRole: role(...ofRole), ofResource: queue(...ofResource) };
  const decision = evaluate(principal, { action, resource, context }, policies);
  return decision.allowed ? 'allowed' : decision.reason;
}

const IMPLICIT = 'because no identity-based policy allows the sqs:SendMessage action';
const BY_ROLE = 'with an explicit deny in an identity-based policy';
const BY_QUEUE = 'with an explicit deny in a resource-based policy';

describe('within one account', () => {
  const everyone = { Principal: '*' };
  it.each<[string, readonly object[], readonly object[], string]>([
    ['nothing is allowed that no policy allows', [], [], IMPLICIT],
    ["the role's policy suffices", [allow], [], 'allowed'],
    ["the resource's policy suffices", [], [{ ...allow, Principal: { AWS: ROLE } }], 'allowed'],
    ["an Allow for the role's session suffices", [], [{ ...allow, Principal: { AWS: worker.sessionArn } }], 'allowed'],
    ['an Allow for everyone suffices', [], [{ ...allow, ...everyone }], 'allowed'],
    [
      'an Allow for the account leaves it to the role',
      [],
      [{ ...allow, Principal: { AWS: '000000000000' } }],
      IMPLICIT,
    ],
    ['so does one for its root', [], [{ ...allow, Principal: { AWS: 'arn:aws:iam::000000000000:root' } }], IMPLICIT],
    ['an Allow for another role is none', [], [{ ...allow, Principal: { AWS: `${ROLE}2` } }], IMPLICIT],
    ['an Allow for a service is none', [], [{ ...allow, Principal: { Service: 'events.amazonaws.com' } }], IMPLICIT],
    ["the role's Deny wins, whatever stands before it", [allow, deny], [{ ...allow, ...everyone }], BY_ROLE],
    ["the role's Deny wins, whatever stands behind it", [deny, allow], [], BY_ROLE],
    ["the resource's Deny wins", [allow], [{ ...deny, ...everyone }], BY_QUEUE],
    ['a Deny for the account hits its roles', [allow], [{ ...deny, Principal: { AWS: ['000000000000'] } }], BY_QUEUE],
    ['a Deny for another role hits nobody else', [allow], [{ ...deny, Principal: { AWS: `${ROLE}2` } }], 'allowed'],
    ['another action is not allowed along', [{ ...allow, Action: ['sqs:ReceiveMessage'] }], [], IMPLICIT],
    ['another resource is not allowed along', [{ ...allow, Resource: [`${QUEUE}2`] }], [], IMPLICIT],
    ['NotAction is every other action', [{ Effect: 'Allow', NotAction: 'sqs:Receive*', Resource: '*' }], [], 'allowed'],
    ['NotAction leaves out its own', [{ Effect: 'Allow', NotAction: 'sqs:Send*', Resource: '*' }], [], IMPLICIT],
    [
      'NotResource is every other resource',
      [{ Effect: 'Deny', Action: '*', NotResource: `${QUEUE}2` }, allow],
      [],
      BY_ROLE,
    ],
    ['NotResource leaves out its own', [{ Effect: 'Deny', Action: '*', NotResource: QUEUE }, allow], [], 'allowed'],
  ])('%s', (_, ofRole, ofResource, decision) => expect(decide(ofRole, ofResource)).toBe(decision));

  it('a service is allowed what the policy of the resource allows it, under its condition', () => {
    const Condition = { StringEquals: { 'aws:SourceAccount': '000000000000' } };
    const own = [{ ...allow, Principal: { Service: 'events.amazonaws.com' }, Condition }];
    const from = (account: string) => ({ principal: eventBridge, context: { 'aws:sourceaccount': account } });
    expect(decide([], own, from('000000000000'))).toBe('allowed');
    expect(decide([], own, from('000000000001'))).toBe(
      'because no resource-based policy allows the sqs:SendMessage action',
    );
  });

  it('a service is allowed what everyone is', () => {
    expect(decide([], [{ ...allow, ...everyone }], { principal: eventBridge })).toBe('allowed');
  });
});

describe('a condition', () => {
  const LEADING = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['file:*', 'lock:*'] } };
  const PREFIX = { StringLikeIfExists: { 's3:prefix': ['requests/*', 'images/*'] } };
  it.each<[string, object, Context, boolean]>([
    ['holds for the value', { StringEquals: { 'events:source': 'a' } }, { 'events:source': 'a' }, true],
    ['holds for one of its values', { StringEquals: { 'events:source': ['b', 'a'] } }, { 'events:source': 'a' }, true],
    ['fails for another value', { StringEquals: { 'events:source': 'a' } }, { 'events:source': 'A' }, false],
    ['fails for a key that the request lacks', { StringEquals: { 'events:source': 'a' } }, {}, false],
    ['takes its key in any case', { StringLike: { 'Events:Source': 'a*' } }, { 'events:source': 'abc' }, true],
    [
      'of several must hold with all',
      { StringLike: { 'events:source': '*', 'aws:sourceaccount': '1' } },
      { 'events:source': 'a' },
      false,
    ],
    ['on all keys holds when all fit', LEADING, { 'dynamodb:leadingkeys': ['file:1', 'lock:2'] }, true],
    ['on all keys fails when one does not', LEADING, { 'dynamodb:leadingkeys': ['file:1', 'http:2'] }, false],
    ['on all keys holds when there are none', LEADING, {}, true],
    ['on a key that may be missing holds when it fits', PREFIX, { 's3:prefix': 'requests/a' }, true],
    ['on a key that may be missing fails when it does not', PREFIX, { 's3:prefix': '' }, false],
    ['on a key that may be missing holds without it', PREFIX, {}, true],
    [
      'on TLS knows the transport',
      { Bool: { 'aws:SecureTransport': 'false' } },
      { 'aws:securetransport': 'true' },
      false,
    ],
    ['on TLS takes a boolean', { Bool: { 'aws:SecureTransport': true } }, { 'aws:securetransport': 'true' }, true],
    [
      "on TLS's version compares numbers",
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
      { 's3:tlsversion': '1.3' },
      false,
    ],
    [
      "on TLS's version leaves the one that it names alone",
      { NumericLessThan: { 's3:TlsVersion': '1.2' } },
      { 's3:tlsversion': '1.2' },
      false,
    ],
    [
      "on TLS's version finds an old one",
      { NumericLessThan: { 's3:TlsVersion': '1.2' } },
      { 's3:tlsversion': '1.1' },
      true,
    ],
    [
      'on an ARN knows wildcards',
      { ArnLike: { 'aws:SourceArn': 'arn:a:b:c:d:rule/*' } },
      { 'aws:sourcearn': 'arn:a:b:c:d:rule/x' },
      true,
    ],
    [
      'on an ARN compares part by part',
      { ArnEquals: { 'aws:SourceArn': 'arn:a:*:rule/x' } },
      { 'aws:sourcearn': 'arn:a:b:c:d:rule/x' },
      false,
    ],
  ])('%s', (_, Condition, context, holds) => {
    expect(decide([{ ...allow, Condition }], [], { context })).toBe(holds ? 'allowed' : IMPLICIT);
  });
});

describe('what it cannot evaluate is refused by name', () => {
  const under = (Condition: object) => ({ ...allow, Condition });
  it.each<[string, object, string]>([
    ['an operator', under({ DateLessThan: { 'aws:CurrentTime': 'x' } }), 'the condition operator DateLessThan'],
    ['an operator that is negated', under({ StringNotEquals: { 'events:source': 'x' } }), 'StringNotEquals'],
    ['an unknown operator with IfExists', under({ DateLessThanIfExists: { 'aws:CurrentTime': 'x' } }), 'DateLessThan'],
    ['a set operator', under({ 'ForAnyValue:StringEquals': { 'events:source': 'x' } }), 'ForAnyValue:StringEquals'],
    ['a key', under({ StringEquals: { 'aws:PrincipalOrgID': 'o' } }), 'the condition key aws:PrincipalOrgID'],
    [
      'a key of many values without a set operator',
      under({ StringLike: { 'dynamodb:LeadingKeys': 'x' } }),
      'dynamodb:LeadingKeys under StringLike',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own form
    ['a variable in a condition', under({ StringLike: { 'events:source': '${aws:username}' } }), '${aws:username}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own form
    ['a variable in a resource', { ...allow, Resource: 'arn:aws:s3:::b/${aws:username}' }, 'no policy variables'],
    ['an element', { ...allow, NotPrincipal: '*' }, 'Unrecognized key: "NotPrincipal"'],
    ['a principal of a role', { ...allow, Principal: '*' }, 'a Principal in the policy of a resource only'],
    ['both kinds of action', { ...allow, NotAction: 'sqs:*' }, 'one of Action and NotAction'],
    ['no resource', { Effect: 'Allow', Action: '*' }, 'one of Resource and NotResource'],
  ])('%s', (_, statement, what) => {
    expect(() => role(statement)).toThrow(UnsupportedTemplate);
    expect(() => role(statement)).toThrow(what);
  });

  it.each([
    { AWS: 'arn:aws:iam::000000000000:role/*' },
    { AWS: ['000000000000', 'arn:aws:iam::00000000000?:root'] },
    { Service: '*.amazonaws.com' },
    { CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' },
    { Federated: 'accounts.google.com' },
    {},
  ])('the principal %j', (Principal) => {
    expect(() => queue({ ...deny, Principal })).toThrow(UnsupportedTemplate);
  });

  it('a version of the language', () => {
    const old = { Version: '2008-10-17', Statement: [allow] };
    expect(() => compilePolicy(old, 'role', 'the policy P')).toThrow('the policy P cannot be evaluated locally');
  });
});
