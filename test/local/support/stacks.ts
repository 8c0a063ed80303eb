// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's own.
import type { SynthesisedStack, TemplateResource } from '../../../local/template/references.ts';

/** Two stacks as CDK synthesises them: one that holds data and exports it, one that imports it and runs functions. */
export function exampleStacks(more: Readonly<Record<string, TemplateResource>> = {}): readonly SynthesisedStack[] {
  return [
    storage,
    { ...service, template: { ...service.template, Resources: { ...service.template.Resources, ...more } } },
  ];
}

const storage: SynthesisedStack = {
  name: 'storage',
  assets: {},
  template: {
    Resources: {
      Dead: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'work.fifo',
          FifoQueue: true,
          VisibilityTimeout: 360,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
          Tags: [{ Key: 'a', Value: 'b' }],
        },
      },
      Results: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'results.fifo', FifoQueue: true } },
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
          TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      },
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'the/key', SecretString: '{}' } },
    },
    Outputs: {
      QueueArn: { Value: { 'Fn::GetAtt': ['Queue', 'Arn'] }, Export: { Name: 'storage:queue-arn' } },
      QueueUrl: { Value: { Ref: 'Queue' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:queue-url' } } },
      TableName: { Value: { Ref: 'Table' }, Export: { Name: 'storage:table' } },
      RequestsQueueUrl: { Value: { Ref: 'Queue' } },
      ResultsQueueUrl: { Value: { Ref: 'Results' } },
      DeadLettersQueueUrl: { Value: { Ref: 'Dead' } },
      AutoenhanceKeySecretName: { Value: 'the/key' },
      PartnerKeysSecretName: { Value: 'the/partners' },
      WebhookTokenSecretName: { Value: 'the/webhook-token' },
      CallbackKeysSecretName: { Value: 'the/callback-keys' },
      SecretArn: { Value: { Ref: 'Secret' }, Export: { Name: 'storage:secret' } },
    },
  },
};

const service: SynthesisedStack = {
  name: 'service',
  assets: { 'abc.zip': '/bundles/abc' },
  template: {
    Parameters: { BootstrapVersion: { Default: '/cdk-bootstrap/version' } },
    Resources: {
      Role: { Type: 'AWS::IAM::Role' },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'Policy',
          Roles: [{ Ref: 'Role' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
              Resource: { 'Fn::ImportValue': 'storage:queue-arn' },
            },
          },
        },
      },
      Worker: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: 'abc.zip' },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Timeout: 60,
          MemorySize: 512,
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Environment: {
            Variables: {
              AUTOENHANCE_BASE_URL: 'https://api.example',
              QUEUE_URL: { 'Fn::ImportValue': 'storage:queue-url' },
              TABLE: { 'Fn::ImportValue': 'storage:table' },
              SECRET: { 'Fn::ImportValue': 'storage:secret' },
              API: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] },
              WHERE: {
                'Fn::Join': [':', [{ Ref: 'AWS::Partition' }, { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }]],
              },
            },
          },
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::ImportValue': 'storage:queue-arn' },
          FunctionName: { Ref: 'Worker' },
          BatchSize: 10,
          ScalingConfig: { MaximumConcurrency: 5 },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: { Ref: 'Api' },
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: { 'Fn::GetAtt': ['Worker', 'Arn'] },
          PayloadFormatVersion: '2.0',
        },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: { Ref: 'Api' },
          AuthorizationType: 'NONE',
          RouteKey: '$default',
          Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
        },
      },
    },
    Outputs: {
      ApiUrl: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
      WebhookUrl: { Value: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, '/webhook']] } },
    },
  },
};
