// What people and commands outside the stacks call a stage's parts by. Other names are CloudFormation's to make.

export const stackName = (stage: string, stack: 'storage' | 'service' | 'monitoring' | 'edge' | 'deployment'): string =>
  `reprocess-${stage}-${stack}`;

export const secretName = (
  stage: string,
  secret: 'autoenhance-key' | 'partner-keys' | 'webhook-token' | 'callback-keys',
): string => `reprocess/${stage}/${secret}`;

export const alarmTopicName = (stage: string): string => `reprocess-${stage}-alarms`;

/** The source of the stage's own events. */
export const sourceOf = (stage: string): string => `reprocess.${stage}`;

/** The type of an event about an object whose own event was lost (cli/src/aws/reconcile/). Nobody but S3 may use S3's source. */
export const OBJECT_FOUND = 'Object Found';

/** Without `.fifo`. */
export const queueName = (stage: string, queue: 'requests' | 'results' | 'callbacks' | 'failed-uploads'): string =>
  `reprocess-${stage}-${queue}`;
