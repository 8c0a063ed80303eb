import { describe, expect, it } from 'vitest';
import { UnsupportedTemplate } from '../../local/template/intrinsics.ts';
import { planService } from '../../local/template.ts';
import { exampleStacks } from './support/stacks.ts';

const addresses = { sqs: 'http://127.0.0.1:1', api: 'http://127.0.0.1:2' };
const plan = planService(exampleStacks(), addresses);

describe('the plan of two stacks', () => {
  it('has each function with its bundle, limits and resolved environment', () => {
    expect(plan.functions).toEqual([
      {
        name: 'service-Worker',
        bundle: '/bundles/abc',
        handler: 'index.handler',
        timeoutSeconds: 60,
        memoryMb: 512,
        environment: {
          AUTOENHANCE_BASE_URL: 'https://api.example',
          QUEUE_URL: 'http://127.0.0.1:1/000000000000/work.fifo',
          TABLE: 'storage-Table',
          SECRET: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:the\/key-\w{6}$/),
          API: 'http://127.0.0.1:2',
          WHERE: 'aws:us-east-1:000000000000',
        },
      },
    ]);
  });

  it('takes an alias for the function that it is of', () => {
    const { routes, eventSources } = planService(
      exampleStacks({
        Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Worker' } } },
        Alias: {
          Type: 'AWS::Lambda::Alias',
          Properties: {
            FunctionName: { Ref: 'Worker' },
            FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
            Name: 'live',
          },
        },
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: { 'Fn::ImportValue': 'storage:queue-arn' }, FunctionName: { Ref: 'Alias' } },
        },
        Integration: {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: {
            IntegrationType: 'AWS_PROXY',
            IntegrationUri: { Ref: 'Alias' },
            PayloadFormatVersion: '2.0',
          },
        },
      }),
      addresses,
    );
    expect([routes, eventSources].flat().map(({ functionName }) => functionName)).toEqual([
      'service-Worker',
      'service-Worker',
    ]);
  });

  it('has each queue with its attributes as SQS takes them', () => {
    expect(plan.queues).toEqual([
      expect.objectContaining({ name: 'storage-Dead.fifo', attributes: { FifoQueue: 'true' } }),
      {
        name: 'work.fifo',
        url: 'http://127.0.0.1:1/000000000000/work.fifo',
        arn: 'arn:aws:sqs:us-east-1:000000000000:work.fifo',
        attributes: {
          FifoQueue: 'true',
          VisibilityTimeout: '360',
          RedrivePolicy:
            '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:storage-Dead.fifo","maxReceiveCount":5}',
        },
      },
      expect.objectContaining({ name: 'results.fifo' }),
    ]);
  });

  it('has each table as CreateTable takes it, and what expires its items', () => {
    expect(plan.tables).toEqual([
      {
        definition: {
          TableName: 'storage-Table',
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
        ttlAttribute: 'expires_at',
      },
    ]);
  });

  it('has secrets, routes, event sources and outputs', () => {
    expect(plan.secrets).toEqual([{ name: 'the/key', arn: plan.functions[0]?.environment.SECRET }]);
    expect(plan.routes).toEqual([{ routeKey: '$default', functionName: 'service-Worker' }]);
    expect(plan.eventSources).toEqual([
      {
        queueName: 'work.fifo',
        functionName: 'service-Worker',
        batchSize: 10,
        maximumConcurrency: 5,
        reportsItemFailures: true,
      },
    ]);
    expect(plan.output('ApiUrl')).toBe('http://127.0.0.1:2');
  });
});

it('has each bucket under a name that is valid in an address, and each rule with its pattern and function', () => {
  const bucket = {
    Type: 'AWS::S3::Bucket',
    Properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    },
  };
  const rule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.s3'], detail: { bucket: { name: [{ Ref: 'Uploads' }] } } },
      Targets: [{ Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] }, Id: 'Target0' }],
      State: 'ENABLED',
    },
  };
  const { buckets, rules } = planService(exampleStacks({ Uploads: bucket, Rule: rule }), addresses);
  expect(buckets).toEqual([{ name: 'service-uploads' }]);
  const pattern = { source: ['aws.s3'], detail: { bucket: { name: ['service-uploads'] } } };
  expect(rules).toEqual([{ pattern, functionName: 'service-Worker' }]);
});

it('has each rule that runs by the clock with its period', () => {
  const Rule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [{ Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] }, Id: 'Target0' }],
      State: 'ENABLED',
    },
  };
  const { rules, schedules } = planService(exampleStacks({ Rule }), addresses);
  expect([rules, schedules]).toEqual([[], [{ everyMs: 300_000, functionName: 'service-Worker' }]]);
});

it('logs, and the policies of roles without a function, are left out, whatever they contain', () => {
  const More = {
    Type: 'AWS::IAM::Policy',
    Properties: { Roles: ['other'], PolicyDocument: { 'Fn::If': ['Yes', 1, 2] } },
  };
  expect(planService(exampleStacks({ More }), addresses).functions).toHaveLength(1);
});

describe('what it cannot carry out is refused by name', () => {
  const mapping = {
    EventSourceArn: { 'Fn::ImportValue': 'storage:queue-arn' },
    FunctionName: { Ref: 'Worker' },
  };
  it.each([
    [
      'a type of resource',
      { Type: 'AWS::Kinesis::Stream' },
      'service has a resource of type AWS::Kinesis::Stream (More)',
    ],
    [
      'a resource under a condition',
      { Type: 'AWS::SQS::Queue', Condition: 'Yes' },
      'AWS::SQS::Queue More of service has a condition',
    ],
    ['a property', { Type: 'AWS::SQS::Queue', Properties: { Unheard: 1 } }, 'Unrecognized key: "Unheard"'],
    [
      'an intrinsic function',
      { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: { 'Fn::If': ['Yes', 1, 2] } } },
      'intrinsic function Fn::If',
    ],
    [
      'a filter of an event source',
      { Type: 'AWS::Lambda::EventSourceMapping', Properties: { ...mapping, FilterCriteria: {} } },
      'Unrecognized key: "FilterCriteria"',
    ],
    [
      'a bucket without versions',
      { Type: 'AWS::S3::Bucket', Properties: {} },
      'AWS::S3::Bucket More of service cannot be carried out locally',
    ],
    [
      'a rule that runs at a time of the day',
      { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'cron(0 0 * * ? *)' } },
      'AWS::Events::Rule More of service cannot be carried out locally',
    ],
    [
      'batches that one receive cannot fill',
      { Type: 'AWS::Lambda::EventSourceMapping', Properties: { ...mapping, BatchSize: 100 } },
      'BatchSize',
    ],
    [
      'an import of what no stack exports',
      { Type: 'AWS::SQS::Queue', Properties: { KmsMasterKeyId: { 'Fn::ImportValue': 'nobody' } } },
      'no stack of this stage exports nobody',
    ],
    [
      'an attribute of a resource',
      { Type: 'AWS::SQS::Queue', Properties: { KmsMasterKeyId: { 'Fn::GetAtt': ['Worker', 'Weight'] } } },
      'does not know the attribute Weight of Worker',
    ],
    [
      'a function without its bundle',
      {
        Type: 'AWS::Lambda::Function',
        Properties: { Code: { S3Key: 'gone.zip' }, Handler: 'index.handler', Runtime: 'nodejs24.x' },
      },
      'the bundle gone.zip of service-More is not among the assets',
    ],
    [
      'a route behind an authorizer',
      {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { RouteKey: 'GET /', Target: 'integrations/Integration', AuthorizationType: 'JWT' },
      },
      'AuthorizationType',
    ],
  ])('%s', (_, More, message) => {
    const planning = () => planService(exampleStacks({ More }), addresses);
    expect(planning).toThrow(UnsupportedTemplate);
    expect(planning).toThrow(message);
  });

  it('an output that there is not', () => {
    expect(() => plan.output('Nobody')).toThrow('no stack of this stage has the output Nobody');
  });
});
