import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { readContext } from '../../../infra/context.ts';
import { clientSettings } from '../../../local/aws-clients.ts';
import { DEFAULT_PORT, HOST, OFFSETS } from '../../../local/ports.ts';
import { usageError } from '../command-error.ts';
import type { GlobalOptions } from '../global-options.ts';

/** Where a stage runs: in AWS, or on this machine behind the HTTP API's port. */
export interface Place {
  readonly stage: string;
  /** Of the HTTP API; the stage local alone has one. */
  readonly port: number;
  /** What cdk.json says of the stage; undefined where there is none. */
  readonly settings?: StageSettings | undefined;
}

const stageSettings = z.object({ region: z.string().optional(), alarmAddress: z.string().optional() });
type StageSettings = z.output<typeof stageSettings>;
const stagesInContext = z.record(z.string(), stageSettings);

/**
 * The stage that a command names. Where there is a cdk.json with stages, as in this project, it has to be one of them.
 * @param folder that cdk.json is looked for in
 * @throws CommandError
 */
export function placeOf({ stage, port }: GlobalOptions, folder = process.cwd()): Place {
  if (stage === 'local') return { stage, port: port === undefined ? DEFAULT_PORT : portOf(port) };
  const stages = stagesIn(folder);
  const settings =
    stages !== undefined && stage !== undefined && Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (stage === undefined || (stages !== undefined && settings === undefined)) {
    const names =
      stages === undefined ? 'the name of a stage, or local' : `one of ${Object.keys(stages).join(', ')}, local`;
    throw usageError(`--stage must be ${names}, got ${stage ?? 'nothing'}`);
  }
  if (port !== undefined) throw usageError(`--port is for the stage local alone, got it with ${stage}`);
  return { stage, port: DEFAULT_PORT, settings };
}

/** @returns undefined where no cdk.json is here, or one of another project */
function stagesIn(folder: string): Readonly<Record<string, StageSettings>> | undefined {
  try {
    return stagesInContext.safeParse(readContext(folder).stages).data;
  } catch (error) {
    throw usageError((error as Error).message, error);
  }
}

/** The servers behind the HTTP API take the next ones. */
const HIGHEST_PORT = 65_535 - Math.max(...Object.values(OFFSETS));

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= HIGHEST_PORT) return port;
  throw usageError(`--port must be a whole number from 1 to ${HIGHEST_PORT}, got ${text}`);
}

/** Where a local server listens: `http://127.0.0.1:PORT`. */
export function localAddress(port: number, server?: keyof typeof OFFSETS): string {
  return `http://${HOST}:${port + (server === undefined ? 0 : OFFSETS[server])}`;
}

/** Settings of an SDK client for a stage; in AWS the credentials are those that every AWS tool finds. */
export function settingsFor(place: Place, server: 'sqs' | 'dynamodb' | 'secretsManager' | 'eventBridge') {
  return place.stage === 'local' ? clientSettings(localAddress(place.port, server)) : awsSettings(place.settings);
}

/** As {@link settingsFor}, for services that have no stand-in. */
export function awsSettings({ region }: { readonly region?: string | undefined } = {}) {
  return region === undefined ? {} : { region };
}

export function secretsManagerOf(place: Place): SecretsManagerClient {
  return new SecretsManagerClient(settingsFor(place, 'secretsManager'));
}
