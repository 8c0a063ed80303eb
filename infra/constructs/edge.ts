import { Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import { WEBHOOK_PATH } from './api-routes.ts';

/** AWS's own lists. Not its common rules, which refuse a body of more than 8 KB: preferences may have 64. */
const MANAGED = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesKnownBadInputsRuleSet'];

/** Partners' keys travel in the first, sessions of the console in the second, the webhook's token in one of the others. */
const SECRET_HEADERS = ['x-api-key', 'cookie', 'authentication', 'authorization'];

export interface EdgeProps extends NonNullable<StageSettings['edge']> {
  /** The API's own name. */
  readonly origin: string;
  readonly logRetentionDays: number;
}

/** CloudFront and a web application firewall before the HTTP API, which can have none itself. */
export class Edge extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    const { name, certificateArn, origin } = props;
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `${Stack.of(this).stackName}: leads to ${origin}`,
      domainNames: [name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      webAclId: this.createFirewall(props).attrArn,
      defaultBehavior: {
        origin: new HttpOrigin(origin, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          // As long as the API may take.
          readTimeout: Duration.seconds(30),
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // The API is found by its own name.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
    });
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'Partners may call from any country.' },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'Each call is in the firewall’s log or in the API’s access log; a third one would need a bucket more.',
      },
    );
  }

  private createFirewall({ callsPerFiveMinutes, logRetentionDays }: EdgeProps): CfnWebACL {
    const managed = MANAGED.map((rule, index) => ({
      name: rule,
      priority: index + 1,
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: rule } },
      visibilityConfig: watched(rule),
    }));
    const acl = new CfnWebACL(this, 'Firewall', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: watched('Firewall'),
      rules: [
        {
          name: 'Rate',
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: {
            rateBasedStatement: { limit: callsPerFiveMinutes, aggregateKeyType: 'IP', scopeDownStatement: NO_WEBHOOK },
          },
          visibilityConfig: watched('Rate'),
        },
        ...managed,
      ],
    });
    const { stackName, stackId } = Stack.of(this);
    const logs = new LogGroup(this, 'FirewallLogs', {
      // WAF takes no name with another beginning; the stack's id is not the next one's.
      logGroupName: `aws-waf-logs-${stackName}-${Fn.select(2, Fn.split('/', stackId))}`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [
        Stack.of(this).formatArn({ service: 'logs', resource: `log-group:${logs.logGroupName}` }),
      ],
      redactedFields: SECRET_HEADERS.map((Name) => ({ singleHeader: { Name } })),
    });
    return acl;
  }
}

const exactly = (fieldToMatch: CfnWebACL.FieldToMatchProperty, searchString: string) => ({
  byteMatchStatement: {
    fieldToMatch,
    searchString,
    positionalConstraint: 'EXACTLY',
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
});

/**
 * Every call but the webhook's. Autoenhance calls from few addresses, as often as images finish, and a call that is refused may
 * never come again. The route has a throttle of its own.
 */
const NO_WEBHOOK = {
  notStatement: {
    statement: {
      andStatement: { statements: [exactly({ method: {} }, 'POST'), exactly({ uriPath: {} }, WEBHOOK_PATH)] },
    },
  },
};

const watched = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName });
