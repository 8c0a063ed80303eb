import { Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import { removalPolicyOf } from './removal-policy.ts';

// A line for each call, those that never reach the function included. No header is in it: a partner's key travels in one.
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTimeEpoch',
    sourceIp: '$context.identity.sourceIp',
    method: '$context.httpMethod',
    path: '$context.path',
    status: '$context.status',
    responseLength: '$context.responseLength',
    responseLatencyMs: '$context.responseLatency',
    error: '$context.error.message',
    integrationError: '$context.integrationErrorMessage',
  }),
);

export interface PartnerApiProps {
  readonly handler: IFunction;
  readonly settings: StageSettings;
}

/** The HTTP door: every method and path goes to one function, which answers its own 404. */
export class PartnerApi extends Construct {
  /** Without a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { handler, settings }: PartnerApiProps) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: 'Takes reprocess requests from partners',
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration('Handler', handler),
    });
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: settings.logRetentionDays,
      removalPolicy: removalPolicyOf(settings),
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: { rateLimit: settings.apiThrottle.rate, burstLimit: settings.apiThrottle.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(logs), format: ACCESS_LOG_FORMAT },
    });
    this.url = api.apiEndpoint;
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'The function authenticates partners itself, so that a refusal looks like the endpoint’s own.',
    });
  }
}
