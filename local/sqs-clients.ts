import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from './aws-clients.ts';

export interface SqsClients {
  /** Has all permissions. */
  readonly administrator: SQSClient;
  /** Has the permissions of the function's role, for what AWS does with that role. */
  as(functionName: string): SQSClient;
  destroy(): void;
}

export function createSqsClients(url: string): SqsClients {
  const administrator = new SQSClient(clientSettings(url));
  const made = new Map<string, SQSClient>();
  return {
    administrator,
    as(functionName) {
      const client = made.get(functionName) ?? new SQSClient(clientSettings(url, functionName));
      made.set(functionName, client);
      return client;
    },
    destroy() {
      for (const client of [administrator, ...made.values()]) client.destroy();
    },
  };
}
