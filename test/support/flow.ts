import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, vi } from 'vitest';
import { clientSettings } from '../../local/aws-clients.ts';
import type { OutcomeEvent } from '../../local/outcomes.ts';
import { type Service, type ServiceOptions, startService } from '../../local/service.ts';
import { expectAnswered, expectPublished } from './contract.ts';

/** Stands for the account's key; must be seen nowhere but in the calls to the endpoint. */
export const CANARY_KEY = 'canary-3f9d0c4b7a1e4d7f9c55-autoenhance-key';

export interface Flow extends Service {
  readonly sandbox: NonNullable<Service['sandbox']>;
  /** Every outcome that came onto the results queue, in its order. */
  readonly events: readonly OutcomeEvent[];
  /** Every line that a function wrote. */
  readonly lines: readonly string[];
  /** A partner's call, as the partner makes it. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  process(imageId: string, preferences: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The events that fit, once there are so many. */
  eventsThat(fit: (event: OutcomeEvent) => boolean, count?: number): Promise<readonly OutcomeEvent[]>;
  /** The events of one image, once there are so many. */
  eventsOf(imageId: string, count?: number): Promise<readonly OutcomeEvent[]>;
  /** Ends the service, after it was searched for the key. */
  end(): Promise<void>;
}

/** The whole service, through its entry points. */
export async function startFlow(options: Omit<ServiceOptions, 'log'> = {}): Promise<Flow> {
  const lines: string[] = [];
  const events: OutcomeEvent[] = [];
  const sandboxOptions = { acceptAnyImage: true, dailyLimit: 1_000_000, ...options.sandbox, apiKey: CANARY_KEY };
  const variables = { DAILY_LIMIT: String(sandboxOptions.dailyLimit), ...options.variables };
  const service = await startService({
    ...options,
    variables,
    sandbox: sandboxOptions,
    log: (_name, line) => lines.push(line),
  });
  const { sandbox, partner, addresses } = service;
  if (sandbox === undefined) throw new Error('a flow runs against the sandbox');
  service.watchOutcomes((event) => events.push(event));

  const headers = { 'x-api-key': partner.key, 'content-type': 'application/json' };
  const call = async (path: string, init: RequestInit = {}) => {
    const url = new URL(`${addresses.api}${path}`);
    const response = await fetch(url, { ...init, headers: { ...headers, ...(init.headers as object) } });
    const { status, headers: given } = response;
    const told = { status, headers: Object.fromEntries(given), body: await response.clone().text() };
    expectAnswered({ method: init.method ?? 'GET', path: url.pathname, ...told });
    return response;
  };
  const eventsThat: Flow['eventsThat'] = async (fit, count = 1) => {
    const found = () => events.filter(fit);
    const wanted = new Error(`${count} events must come that ${fit}`);
    // Not expect.poll, which loses its test among concurrent ones.
    const enough = () => {
      if (found().length >= count) return;
      const came = events.slice(-20).map(({ type, subject }) => `${type} ${subject}`);
      throw new Error(`${found().length} of ${count} events came; the last of all: ${came.join(', ')}`, {
        cause: wanted,
      });
    };
    await vi.waitFor(enough, { timeout: 240_000, interval: 20 });
    for (const event of found()) expectPublished(event);
    return found();
  };
  return {
    ...service,
    sandbox,
    events,
    lines,
    fetch: call,
    process: (imageId, preferences, more = {}) => {
      const body = typeof preferences === 'string' ? preferences : JSON.stringify(preferences);
      return call(`/v3/images/${imageId}/process`, { method: 'POST', body, headers: more });
    },
    eventsThat,
    eventsOf: (imageId, count) => eventsThat(({ subject }) => subject === imageId, count),
    async end() {
      const seen = await everythingWritten(service, lines, events);
      await service.stop();
      for (const event of events) expectPublished(event);
      // A refusal that a function kept to itself would pass for an outage that is over.
      expect(service.permissions.refusals()).toEqual([]);
      expect(seen).toContain('request');
      for (const [what, secret] of Object.entries(secretsOf(service))) {
        expect(seen.includes(secret), `${what} was written somewhere`).toBe(false);
      }
    },
  };
}

/** What nobody may read anywhere. */
function secretsOf({ webhook, partner, operator, plan, secretsManager }: Service): Readonly<Record<string, string>> {
  const generated = plan.secrets.filter((secret) => secret.generatedCharacters !== undefined);
  const ofSessions = generated.map(({ name }) => [`the secret ${name}`, secretsManager.current(name) ?? '']);
  const keys = { "a partner's key": partner.key, "the operator's key": operator.key };
  return {
    'the API key': CANARY_KEY,
    "the webhook's token": webhook.token,
    ...keys,
    ...Object.fromEntries(ofSessions),
  };
}

/** Log lines, events, the ledger and the dead letters, as one text. */
async function everythingWritten(service: Service, lines: readonly string[], events: readonly OutcomeEvent[]) {
  const dynamo = new DynamoDBClient(clientSettings(service.addresses.dynamodb));
  const items: unknown[] = [];
  const TableName = service.plan.tables[0]?.definition.TableName;
  for await (const page of paginateScan({ client: dynamo }, { TableName })) items.push(page.Items);
  dynamo.destroy();
  const receive = new ReceiveMessageCommand({ QueueUrl: service.queueUrls.deadLetters, MaxNumberOfMessages: 10 });
  const { Messages = [] } = await service.sqs.send(receive);
  return [...lines, JSON.stringify(events), JSON.stringify(items), JSON.stringify(Messages)].join('\n');
}
