import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { stackName } from './names.ts';
import { MonitoringStack } from './stacks/monitoring-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';
import { StorageStack } from './stacks/storage-stack.ts';
import type { StageSettings } from './stages.ts';

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
    };
    this.storage = new StorageStack(this, 'storage', { ...common, stackName: stackName(stage, 'storage') });
    this.service = new ServiceStack(this, 'service', {
      ...common,
      stackName: stackName(stage, 'service'),
      storage: this.storage,
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
  }
}
