import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { stackName } from './names.ts';
import { DeploymentStack } from './stacks/deployment-stack.ts';
import { EDGE_REGION, EdgeStack } from './stacks/edge-stack.ts';
import { MonitoringStack } from './stacks/monitoring-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';
import { StorageStack } from './stacks/storage-stack.ts';
import type { StageSettings } from './stages.ts';

const { name: PROJECT, version: VERSION } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
) as { readonly name: string; readonly version: string };

/** One deployed copy of the whole service. */
export class ServiceStage extends Stage {
  readonly storage: StorageStack;
  readonly service: ServiceStack;
  /** Not of the local stage: on one machine nothing takes metrics, and there is nobody to call. */
  readonly monitoring: MonitoringStack | undefined;

  /** @param stage its name, which stands in the names of its stacks, queues and secrets */
  constructor(scope: Construct, stage: string, settings: StageSettings) {
    const { account, region } = settings;
    super(scope, stage, { env: { ...(account && { account }), ...(region && { region }) } });
    const common = {
      stage,
      settings,
      // A stack that somebody deletes by mistake takes uploads and the webhook's calls of that time with it.
      terminationProtection: settings.keepsData,
      // CloudFormation hands a stack's tags on to its resources. In the templates they would make every resource differ
      // with each version, and a diff of no use.
      tags: { project: PROJECT, stage, version: VERSION },
    };
    this.storage = new StorageStack(this, 'storage', { ...common, stackName: stackName(stage, 'storage') });
    this.service = new ServiceStack(this, 'service', {
      ...common,
      stackName: stackName(stage, 'service'),
      storage: this.storage,
      version: VERSION,
    });
    this.monitoring =
      stage === 'local'
        ? undefined
        : new MonitoringStack(this, 'monitoring', {
            ...common,
            stackName: stackName(stage, 'monitoring'),
            storage: this.storage,
            service: this.service,
          });
    if (settings.edge !== undefined) {
      new EdgeStack(this, 'edge', {
        ...common,
        stackName: stackName(stage, 'edge'),
        env: { ...(account && { account }), region: EDGE_REGION },
      });
    }
    if (settings.deployment !== undefined) {
      new DeploymentStack(this, 'deployment', {
        ...common,
        stackName: stackName(stage, 'deployment'),
        storage: this.storage,
        service: this.service,
      });
    }
  }
}
