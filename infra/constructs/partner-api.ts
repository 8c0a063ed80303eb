import { Fn, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  type CfnStage,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  type IDomainName,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import {
  API_PATHS,
  BATCH_PATHS,
  CALLBACK_PATHS,
  CONSOLE_PATHS,
  IMAGE_PATHS,
  ORDER_PATHS,
  WEBHOOK_PATH,
} from './api-routes.ts';
import { removalPolicyOf } from './removal-policy.ts';

// A line for each call, those that never reach the function included. No header is in it: a partner's key travels in one.
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    apiId: '$context.apiId',
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
  /** What takes, shows and steers batches. */
  readonly batches: IFunction;
  /** What has the images of an order processed again, and shows images as they are at Autoenhance. */
  readonly orders: IFunction;
  /** What takes, shows and tests partners' callbacks. */
  readonly callbacks: IFunction;
  /** What serves the console; undefined where the stage has none. */
  readonly console: IFunction | undefined;
  /** What Autoenhance calls when an image is finished. */
  readonly webhook: IFunction;
  /** The API's own name, where the stage has one. */
  readonly domainName: IDomainName | undefined;
  readonly settings: StageSettings;
}

/** The HTTP entry point: the named paths and no others, each to its function. */
export class PartnerApi extends Construct {
  /** Without a slash at its end. */
  readonly url: string;
  readonly webhookUrl: string;
  readonly api: HttpApi;
  /** Calls that API Gateway answered with a 429. No function sees them, and of its own metrics none tells them from other 4xx. */
  readonly throttled: Metric;

  constructor(scope: Construct, id: string, props: PartnerApiProps) {
    super(scope, id);
    const { handler, batches, orders, callbacks, webhook, domainName, settings } = props;
    const api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: 'Takes reprocess requests from partners',
      createDefaultStage: false,
      ...(settings.domain?.disableExecuteApiEndpoint && { disableExecuteApiEndpoint: true }),
    });
    const logs = new LogGroup(this, 'AccessLogs', {
      logGroupName: accessLogName(this),
      retention: settings.logRetentionDays,
      removalPolicy: removalPolicyOf(settings),
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: { rateLimit: settings.apiThrottle.rate, burstLimit: settings.apiThrottle.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(logs), format: ACCESS_LOG_FORMAT },
    });
    const filter = logs.addMetricFilter('Throttled', {
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: 'Reprocess/AccessLog',
      metricName: 'Throttled',
      // The one dimension that API Gateway's own metrics have.
      dimensions: { ApiId: '$.apiId' },
    });
    this.throttled = filter.metric({ dimensionsMap: { ApiId: api.apiId }, statistic: 'Sum' });
    const targets = [
      { integration: new HttpLambdaIntegration('Handler', handler), paths: API_PATHS },
      { integration: new HttpLambdaIntegration('Batches', batches), paths: BATCH_PATHS },
      { integration: new HttpLambdaIntegration('Orders', orders), paths: [...ORDER_PATHS, ...IMAGE_PATHS] },
      { integration: new HttpLambdaIntegration('Callbacks', callbacks), paths: CALLBACK_PATHS },
      ...(props.console === undefined
        ? []
        : [{ integration: new HttpLambdaIntegration('Console', props.console), paths: CONSOLE_PATHS }]),
    ];
    for (const { integration, paths } of targets) {
      for (const path of paths) api.addRoutes({ path, methods: [HttpMethod.ANY], integration });
    }
    const toWebhook = new HttpLambdaIntegration('Webhook', webhook);
    const [route] = api.addRoutes({ path: WEBHOOK_PATH, methods: [HttpMethod.POST], integration: toWebhook });
    if (route !== undefined) throttle(stage, route, settings.webhookThrottle);
    this.api = api;
    if (domainName !== undefined) new ApiMapping(this, 'Mapping', { api, domainName, stage });
    this.url = settings.domain === undefined ? api.apiEndpoint : `https://${settings.domain.name}`;
    this.webhookUrl = `${this.url}${WEBHOOK_PATH}`;
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Each function authenticates its callers itself: a refusal looks like the endpoint’s own, or gives no hint.',
    });
  }
}

/**
 * Below /aws/vendedlogs/, where the account's one policy for all log groups that AWS's services write to has one line for all:
 * it has no room for many. The stack's id makes it unique: the log of a stack that was deleted is kept, and must not be in
 * the way of the next one's.
 */
function accessLogName(scope: Construct): string {
  const { stackName, stackId } = Stack.of(scope);
  return `/aws/vendedlogs/${stackName}/${Fn.select(2, Fn.split('/', stackId))}/api-access`;
}

/** One route's own limits beside the stage's. CDK knows those of the whole stage only. */
function throttle(stage: HttpStage, route: HttpRoute, { rate, burst }: StageSettings['webhookThrottle']): void {
  const resource = stage.node.defaultChild as CfnStage;
  resource.routeSettings = {
    [`${HttpMethod.POST} ${route.path}`]: { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
  };
  // API Gateway refuses settings of a route that is not there yet.
  resource.node.addDependency(route);
}
