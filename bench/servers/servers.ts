import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCountedServer } from './counted-server.ts';
import { createLedgerStandIn, type Item } from './ledger.ts';
import { selfSigned } from './self-signed.ts';
import { answerAsSqs } from './sqs.ts';

/** Calls since the last look, by name (`UpdateItem`, `SendMessageBatch`, `process` …), and new connections. */
export type Counts = Readonly<Record<string, number>>;

export interface Servers {
  readonly addresses: { readonly [Name in (typeof NAMES)[number]]: string };
  /** PEM file that a function has to trust. */
  readonly certificate: string;
  /** How the endpoint behaves from now on. @param perSecond calls within any second; above it: 429 */
  setEndpoint(behaviour: { readonly latencyMs: number; readonly perSecond?: number }): void;
  /** Puts an item into the ledger. */
  putItem(item: Item): void;
  /** Sets the partner-keys secret. */
  setPartnerKeys(text: string): void;
  /** Servers that answer every call with 400 from now on. */
  refuse(names: readonly (typeof NAMES)[number][]): void;
  takeCounts(): Counts;
  close(): void;
}

const NAMES = ['dynamodb', 'sqs', 'secretsManager', 'endpoint'] as const;
const SECOND_MS = 1000;

interface Options {
  readonly tls?: boolean;
  /** Hears each call before it is answered. */
  readonly onCall?: (request: IncomingMessage, body: string) => void;
}

/** Fast stand-ins for AWS and the endpoint over TLS, without faults. They count their calls. */
export async function startServers({ tls = true, onCall }: Options = {}): Promise<Servers> {
  const pair = selfSigned();
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const certificate = join(folder, 'certificate.pem');
  writeFileSync(certificate, pair.cert);
  const ledger = createLedgerStandIn();
  let counts: Record<string, number> = {};
  let behaviour: Parameters<Servers['setEndpoint']>[0] = { latencyMs: 0 };
  let partnerKeys = '{}';
  let recent: number[] = [];
  let refusing: readonly string[] = [];

  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const aws = (name: (typeof NAMES)[number], answer: (operation: string, input: unknown) => unknown) =>
    startCountedServer(tls ? pair : undefined, (request, body) => {
      onCall?.(request, body);
      if (refusing.includes(name)) return { status: 400, body: { __type: 'AccessDeniedException' } };
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      count(operation);
      const said = answer(operation, JSON.parse(body)) as object;
      return { status: '__type' in said ? 400 : 200, body: said };
    });

  const servers = {
    dynamodb: await aws('dynamodb', ledger.answer),
    sqs: await aws('sqs', answerAsSqs),
    secretsManager: await aws('secretsManager', (_operation, input) => {
      const isPartners = String((input as { SecretId?: string }).SecretId).includes('partner');
      return { SecretString: isPartners ? partnerKeys : 'bench-key' };
    }),
    endpoint: await startCountedServer(tls ? pair : undefined, async (request, body) => {
      onCall?.(request, body);
      const { method = '', url = '' } = request;
      if (method !== 'POST') {
        count(method);
        return { status: 404, body: {} };
      }
      const now = performance.now();
      recent = recent.filter((at) => now - at < SECOND_MS);
      if (recent.length >= (behaviour.perSecond ?? Number.POSITIVE_INFINITY)) {
        count('throttled');
        return { status: 429, body: { message: 'Too many requests', detail: '' } };
      }
      recent.push(now);
      count('process');
      if (behaviour.latencyMs > 0) await sleep(behaviour.latencyMs);
      return { status: 200, body: { image_id: url.split('/')[3], status: 'processing', ...JSON.parse(body) } };
    }),
  };
  let connections = 0;

  return {
    addresses: {
      dynamodb: servers.dynamodb.url,
      sqs: servers.sqs.url,
      secretsManager: servers.secretsManager.url,
      endpoint: servers.endpoint.url,
    },
    certificate,
    setEndpoint(next) {
      behaviour = next;
    },
    putItem: ledger.put,
    setPartnerKeys(text) {
      partnerKeys = text;
    },
    refuse(names) {
      refusing = names;
    },
    takeCounts() {
      const before = connections;
      connections = NAMES.reduce((sum, name) => sum + servers[name].connections(), 0);
      const taken = { ...counts, connections: connections - before };
      counts = {};
      return taken;
    },
    close() {
      for (const name of NAMES) servers[name].close();
      rmSync(folder, { recursive: true });
    },
  };
}
