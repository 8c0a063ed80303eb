import { setTimeout as sleep } from 'node:timers/promises';
import { ALLOW_ALL, type Guard, sendRefusal } from './guard.ts';
import { toServiceCall } from './guarded-listener.ts';
import { listen, textOf } from './sandbox/listen.ts';
import { createVersions, Refused, type Versions } from './secrets-manager/versions.ts';

interface Fault {
  /** How many requests it affects. */
  readonly times: number;
  /** HTTP status. The SDK retries a 5xx itself. */
  readonly status: number;
  /** AWS's name of the error (`InternalServiceError`, `AccessDeniedException`). */
  readonly type: string;
  readonly message?: string;
  readonly delayMs?: number;
}

export interface SecretsManager {
  /** For AWS_ENDPOINT_URL_SECRETS_MANAGER. */
  readonly url: string;
  /** GetSecretValue requests so far, including failed ones. */
  reads(): number;
  put(name: string, value: string): void;
  /** The current value; undefined when there is none. */
  current(name: string): string | undefined;
  /** Makes this version the current one. */
  makeCurrent(name: string, version: string): void;
  fail(fault: Fault): void;
  heal(): void;
  close(): Promise<void>;
}

type Reply = { readonly status: number; readonly body: object };

/**
 * Stands in for AWS Secrets Manager (JSON 1.1): GetSecretValue, PutSecretValue, UpdateSecretVersionStage and
 * DescribeSecret, by name or ARN.
 * @param secrets name to value; null for a secret that was never filled
 */
export async function startSecretsManager({
  secrets,
  port = 0,
  guard = ALLOW_ALL,
}: {
  readonly secrets: Readonly<Record<string, string | null>>;
  readonly port?: number;
  /** Checks permissions; without it, everything is allowed. */
  readonly guard?: Guard;
}): Promise<SecretsManager> {
  const stored = new Map<string, Versions>(Object.keys(secrets).map((name) => [name, createVersions()]));
  const put = (name: string, value: string) => {
    const versions = stored.get(name) ?? createVersions();
    stored.set(name, versions);
    versions.put(value);
  };
  for (const [name, value] of Object.entries(secrets)) if (value !== null) put(name, value);
  let reads = 0;
  let faults: Fault[] = [];

  const respond = (target: string, input: Input): Reply => {
    const operation = OPERATIONS[target];
    if (operation === undefined) return failed('UnknownOperationException', target);
    const name = nameOf(stored, input.SecretId);
    const versions = name === undefined ? undefined : stored.get(name);
    if (name === undefined || versions === undefined) return failed('ResourceNotFoundException', NO_SECRET);
    try {
      return { status: 200, body: { ARN: arnOf(name), Name: name, ...operation(versions, input) } };
    } catch (error) {
      if (error instanceof Refused) return failed(error.type, error.message);
      throw error;
    }
  };

  const server = await listen(port, async (request, response) => {
    const text = await textOf(request);
    const refusal = guard.check(toServiceCall('secretsmanager', request, text));
    if (refusal !== undefined) return sendRefusal(response, refusal);
    const input = JSON.parse(text) as Input;
    const target = String(request.headers['x-amz-target']);
    if (target === 'secretsmanager.GetSecretValue') reads += 1;
    const fault = faults[0];
    faults = faults.flatMap((each) =>
      each !== fault ? each : each.times > 1 ? { ...each, times: each.times - 1 } : [],
    );
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
    const { status, body } = fault ? failed(fault.type, fault.message ?? '', fault.status) : respond(target, input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });

  return {
    url: server.url,
    reads: () => reads,
    put,
    current: (name) => stored.get(name)?.at('AWSCURRENT')?.value,
    makeCurrent(name, to) {
      const versions = stored.get(name);
      versions?.move('AWSCURRENT', { from: versions.at('AWSCURRENT')?.id, to });
    },
    fail: (fault) => void faults.push(fault),
    heal() {
      faults = [];
    },
    close: server.close,
  };
}

interface Input {
  readonly SecretId: string;
  readonly SecretString?: string;
  readonly VersionStage?: string;
  readonly VersionStages?: readonly string[];
  readonly ClientRequestToken?: string;
  readonly RemoveFromVersionId?: string;
  readonly MoveToVersionId?: string;
}

/** @returns the members of the response besides the secret's name and ARN. @throws Refused */
type Operation = (versions: Versions, input: Input) => object;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'secretsmanager.GetSecretValue': getSecretValue,
  'secretsmanager.PutSecretValue': putSecretValue,
  'secretsmanager.UpdateSecretVersionStage': updateSecretVersionStage,
  'secretsmanager.DescribeSecret': (versions) => ({
    CreatedDate: versions.createdAt,
    VersionIdsToStages: versions.labels(),
  }),
};

const NO_SECRET = "Secrets Manager can't find the specified secret.";

function getSecretValue(versions: Versions, { VersionStage = 'AWSCURRENT' }: Input) {
  const version = versions.at(VersionStage);
  if (version === undefined) {
    const message = `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`;
    throw new Refused('ResourceNotFoundException', message);
  }
  const { value, id, createdAt } = version;
  const VersionStages = versions.labels()[id];
  return { VersionId: id, VersionStages, CreatedDate: createdAt, SecretString: value };
}

function putSecretValue(versions: Versions, { SecretString = '', ClientRequestToken, VersionStages }: Input) {
  const { id } = versions.put(SecretString, { id: ClientRequestToken, labels: VersionStages });
  return { VersionId: id, VersionStages: versions.labels()[id] };
}

function updateSecretVersionStage(versions: Versions, input: Input) {
  const { VersionStage = '', RemoveFromVersionId: from, MoveToVersionId: to } = input;
  versions.move(VersionStage, { from, to });
  return {};
}

function failed(type: string, message: string, status = 400): Reply {
  return { status, body: { __type: type, Message: message } };
}

/** AWS adds six characters to an ARN, and accepts it without them too. */
function arnOf(name: string): string {
  return `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;
}

function nameOf(stored: ReadonlyMap<string, Versions>, secretId: string): string | undefined {
  const full = /^arn:aws[^:]*:secretsmanager:[^:]*:\d*:secret:(.+)$/.exec(secretId)?.[1] ?? secretId;
  return [full, full.replace(/-[A-Za-z0-9]{6}$/, '')].find((name) => stored.has(name));
}
