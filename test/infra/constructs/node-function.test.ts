import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { NodeFunction } from '../../../infra/constructs/node-function.ts';
import type { StageSettings } from '../../../infra/stages.ts';
import { templateOf } from '../support/stack.ts';
import { stages } from '../support/stages.ts';

describe('a function of ours', () => {
  function synthesise(change: Partial<StageSettings> = {}): Template {
    return templateOf((stack) => {
      new NodeFunction(stack, 'Worker', {
        entry: 'reprocess-worker',
        description: 'Works',
        timeout: 7,
        settings: { ...stages.production, ...change },
        variables: (role) => ({ ROLE: role.roleArn }),
      });
    });
  }

  it('runs on Node 24 and arm64, traced, for as long as it is told', () => {
    synthesise().hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
      Timeout: 7,
      TracingConfig: { Mode: 'Active' },
    });
  });

  it('has the variables that were made from its role', () => {
    synthesise().hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ROLE: Match.anyValue() } },
    });
  });

  it.each(['debug', 'info', 'warn', 'error'] as const)(
    'loses no line at level %s, not even metrics, which say no level',
    (logLevel) => {
      synthesise({ logLevel }).hasResourceProperties('AWS::Lambda::Function', {
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: 'TRACE',
          LogGroup: { Ref: Match.stringLikeRegexp('WorkerLogs') },
        },
      });
    },
  );

  it("keeps its log for as long as the stage says, beyond the stack's end where data is kept", () => {
    synthesise({ logRetentionDays: 90 }).hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 90 },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
    synthesise({ keepsData: false }).hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });

  it('may write to its own log and trace, and nothing else by itself', () => {
    const [policy] = Object.values(synthesise().findResources('AWS::IAM::Policy'));
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringContaining('WorkerLogs'), 'Arn'] },
      },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
    ]);
  });
});
