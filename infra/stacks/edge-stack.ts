import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Edge } from '../constructs/edge.ts';
import type { StageSettings } from '../stages.ts';

export interface EdgeStackProps extends StackProps {
  readonly settings: StageSettings;
}

/** Where CloudFront's certificates and firewalls have to be. */
export const EDGE_REGION = 'us-east-1';

/** What stands before the API, where a stage asks for it. It knows the API by its name alone, so it may be in another region. */
export class EdgeStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { settings: { domain, edge, logRetentionDays }, ...props }: EdgeStackProps,
  ) {
    super(scope, id, props);
    if (domain === undefined || edge === undefined) return;
    const { distribution } = new Edge(this, 'Edge', { ...edge, origin: domain.name, logRetentionDays });
    new CfnOutput(this, 'EdgeUrl', { value: `https://${edge.name}` });
    new CfnOutput(this, 'EdgeTarget', { value: distribution.distributionDomainName });
  }
}
