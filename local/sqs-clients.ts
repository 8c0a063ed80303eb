import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from './aws-clients.ts';

export interface SqsClients {
  /** May do everything. */
  readonly administrator: SQSClient;
  /** May do what the function's role allows: what AWS itself does in the function's name. */
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
