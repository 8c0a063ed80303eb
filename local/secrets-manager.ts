import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Guard, OPEN, sendRefusal } from './guard.ts';
import { toServiceCall } from './guarded-listener.ts';
import { listen, textOf } from './sandbox/listen.ts';

interface Fault {
  /** How many requests it hits. */
  readonly times: number;
  /** HTTP status; the SDK itself attempts a 5xx again. */
  readonly status: number;
  /** The error's name, as AWS gives it (`InternalServiceError`, `AccessDeniedException`). */
  readonly type: string;
  readonly message?: string;
  readonly delayMs?: number;
}

export interface SecretsManager {
  /** For AWS_ENDPOINT_URL_SECRETS_MANAGER. */
  readonly url: string;
  /** GetSecretValue requests so far, those that failed included. */
  reads(): number;
  put(name: string, value: string): void;
  fail(fault: Fault): void;
  heal(): void;
  close(): Promise<void>;
}

type Versions = { AWSCURRENT?: Version; AWSPREVIOUS?: Version };
type Version = { readonly value: string; readonly id: string; readonly createdAt: number };
type Answer = { readonly status: number; readonly body: object };

/**
 * Stands in for AWS Secrets Manager (JSON 1.1): GetSecretValue and PutSecretValue, by name or ARN.
 * @param secrets name to value; null is a secret that exists and was never filled
 */
export async function startSecretsManager({
  secrets,
  port = 0,
  guard = OPEN,
}: {
  readonly secrets: Readonly<Record<string, string | null>>;
  readonly port?: number;
  /** Decides who may do what; without it everybody may do everything. */
  readonly guard?: Guard;
}): Promise<SecretsManager> {
  const stored = new Map<string, Versions>(Object.keys(secrets).map((name) => [name, {}]));
  const put = (name: string, value: string) => {
    const replaced = stored.get(name)?.AWSCURRENT;
    const version = { value, id: randomUUID(), createdAt: Date.now() / 1000 };
    stored.set(name, { AWSCURRENT: version, ...(replaced && { AWSPREVIOUS: replaced }) });
    return version;
  };
  for (const [name, value] of Object.entries(secrets)) if (value !== null) put(name, value);
  let reads = 0;
  let faults: Fault[] = [];

  const answer = (target: string, input: Input): Answer => {
    if (target === 'secretsmanager.GetSecretValue') return getSecretValue(stored, input);
    if (target !== 'secretsmanager.PutSecretValue') return failed('UnknownOperationException', target);
    const name = nameOf(stored, input.SecretId);
    if (name === undefined) return failed('ResourceNotFoundException', NO_SECRET);
    const { id } = put(name, input.SecretString ?? '');
    return { status: 200, body: { ARN: arnOf(name), Name: name, VersionId: id, VersionStages: ['AWSCURRENT'] } };
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
    const { status, body } = fault ? failed(fault.type, fault.message ?? '', fault.status) : answer(target, input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });

  return {
    url: server.url,
    reads: () => reads,
    put: (name, value) => void put(name, value),
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
}

const NO_SECRET = "Secrets Manager can't find the specified secret.";

function getSecretValue(
  stored: ReadonlyMap<string, Versions>,
  { SecretId, VersionStage = 'AWSCURRENT' }: Input,
): Answer {
  const name = nameOf(stored, SecretId);
  if (name === undefined) return failed('ResourceNotFoundException', NO_SECRET);
  const version = stored.get(name)?.[VersionStage as keyof Versions];
  if (version === undefined) {
    const message = `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`;
    return failed('ResourceNotFoundException', message);
  }
  const { value, id, createdAt } = version;
  const known = { ARN: arnOf(name), Name: name, VersionId: id, VersionStages: [VersionStage], CreatedDate: createdAt };
  return { status: 200, body: { ...known, SecretString: value } };
}

function failed(type: string, message: string, status = 400): Answer {
  return { status, body: { __type: type, Message: message } };
}

/** AWS ends an ARN with six characters of its own, and takes it without them too. */
function arnOf(name: string): string {
  return `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;
}

function nameOf(stored: ReadonlyMap<string, Versions>, secretId: string): string | undefined {
  const full = /^arn:aws[^:]*:secretsmanager:[^:]*:\d*:secret:(.+)$/.exec(secretId)?.[1] ?? secretId;
  return [full, full.replace(/-[A-Za-z0-9]{6}$/, '')].find((name) => stored.has(name));
}
