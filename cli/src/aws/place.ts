import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type StageName, settingsOf } from '../../../infra/stages.ts';
import { clientSettings } from '../../../local/aws-clients.ts';
import { HOST, OFFSETS } from '../../../local/ports.ts';

/** Where a stage runs: in AWS, or on this machine behind the HTTP API's port. */
export interface Place {
  readonly stage: StageName;
  /** Of the HTTP API; the stage local alone has one. */
  readonly port: number;
}

/** Where a local server listens: `http://127.0.0.1:PORT`. */
export function localAddress(port: number, server?: keyof typeof OFFSETS): string {
  return `http://${HOST}:${port + (server === undefined ? 0 : OFFSETS[server])}`;
}

/** Settings of an SDK client for a stage; in AWS the credentials are those that every AWS tool finds. */
export function settingsFor({ stage, port }: Place, server: 'sqs' | 'dynamodb' | 'secretsManager' | 'eventBridge') {
  return stage === 'local' ? clientSettings(localAddress(port, server)) : awsSettings(stage);
}

/** As {@link settingsFor}, for services that have no stand-in. */
export function awsSettings(stage: StageName) {
  const { region } = settingsOf(stage);
  return region === undefined ? {} : { region };
}

export function secretsManagerOf(place: Place): SecretsManagerClient {
  return new SecretsManagerClient(settingsFor(place, 'secretsManager'));
}
