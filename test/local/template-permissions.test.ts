import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../local/iam/authority.ts';
import { UnsupportedTemplate } from '../../local/template/intrinsics.ts';
import type { SynthesisedStack, TemplateResource } from '../../local/template/references.ts';
import { planService } from '../../local/template.ts';
import { exampleStacks } from './support/stacks.ts';

const addresses = { sqs: 'http://127.0.0.1:1', api: 'http://127.0.0.1:2' };
const plan = (more: Readonly<Record<string, TemplateResource>>) => planService(exampleStacks(more), addresses);
const document = (Action: string, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: { 'Fn::ImportValue': 'storage:queue-arn' }, ...more }],
});
const role = (Properties: Readonly<Record<string, unknown>>) => ({ Role: { Type: 'AWS::IAM::Role', Properties } });

/** What the example's one function may do with its queue. */
function mayDo(more: Readonly<Record<string, TemplateResource>>, operation: string): boolean {
  const { check } = createAuthority(plan(more));
  const headers = {
    'x-amz-target': `AmazonSQS.${operation}`,
    authorization: 'AWS4-HMAC-SHA256 Credential=service-Worker/20260101/us-east-1/sqs/aws4_request, Signature=x',
  };
  const input = () => ({ QueueUrl: 'http://127.0.0.1:1/000000000000/work.fifo' });
  return check({ service: 'sqs', method: 'POST', url: '/', headers, input }) === undefined;
}

describe('a function may do what', () => {
  const managed = (more: object) => ({
    More: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document('sqs:SendMessage'), ...more } },
  });
  it.each<[string, Readonly<Record<string, TemplateResource>>, boolean]>([
    ['no policy says: nothing', {}, false],
    [
      'its role says itself',
      role({ Policies: [{ PolicyName: 'P', PolicyDocument: document('sqs:SendMessage') }] }),
      true,
    ],
    [
      'a policy says that is attached to its role',
      {
        More: {
          Type: 'AWS::IAM::Policy',
          Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: document('sqs:Send*') },
        },
      },
      true,
    ],
    ['a managed policy says that names its role', managed({ Roles: [{ Ref: 'Role' }] }), true],
    [
      'a managed policy says that its role names',
      { ...managed({}), ...role({ ManagedPolicyArns: [{ Ref: 'More' }] }) },
      true,
    ],
    ['a managed policy says that nobody names: nothing', managed({}), false],
    [
      "the queue's policy says",
      {
        More: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: {
            Queues: [{ 'Fn::ImportValue': 'storage:queue-url' }],
            PolicyDocument: document('sqs:SendMessage', { Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } } }),
          },
        },
      },
      true,
    ],
  ])('%s', (_, more, may) => expect(mayDo(more, 'SendMessage')).toBe(may));

  it('its policy says, although another policy of the queue is closed to calls without TLS', () => {
    const statement = { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    const Queues = [{ 'Fn::ImportValue': 'storage:queue-url' }];
    const Properties = { Queues, PolicyDocument: document('sqs:*', statement) };
    expect(mayDo({ More: { Type: 'AWS::SQS::QueuePolicy', Properties } }, 'ReceiveMessage')).toBe(true);
  });
});

describe('what cannot be enforced is refused by name', () => {
  const attached = (Statement: object) => ({
    More: {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Version: '2012-10-17', Statement } },
    },
  });
  const unknown = { Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '::1' } } };
  it.each<[string, Readonly<Record<string, TemplateResource>>, string]>([
    [
      'a condition',
      attached(unknown),
      'AWS::IAM::Policy More of service: the local service does not know the condition operator IpAddress',
    ],
    [
      'a condition on a resource',
      {
        More: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: {
            Bucket: 'b',
            PolicyDocument: { Version: '2012-10-17', Statement: { ...unknown, Principal: '*' } },
          },
        },
      },
      'AWS::S3::BucketPolicy More of service: the local service does not know the condition operator IpAddress',
    ],
    ['a boundary', role({ PermissionsBoundary: 'arn' }), 'Unrecognized key: "PermissionsBoundary"'],
    ["AWS's own policy", role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] }), 'arn:aws:iam::aws:policy/X'],
    [
      'a policy for users',
      { More: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Role' }], Users: ['u'] } } },
      '"Users"',
    ],
  ])('%s', (_, more, what) => {
    expect(() => plan(more)).toThrow(UnsupportedTemplate);
    expect(() => plan(more)).toThrow(what);
  });

  it('a role from elsewhere', () => {
    const [storage, service] = exampleStacks() as readonly [SynthesisedStack, SynthesisedStack];
    const { Worker, ...Resources } = service.template.Resources;
    const Properties = { ...Worker?.Properties, Role: 'arn:aws:iam::000000000000:role/elsewhere' };
    const template = {
      ...service.template,
      Resources: { ...Resources, Worker: { Type: 'AWS::Lambda::Function', Properties } },
    };
    expect(() => planService([storage, { ...service, template }], addresses)).toThrow(
      'the role arn:aws:iam::000000000000:role/elsewhere of service-Worker is in no stack of this stage',
    );
  });
});
