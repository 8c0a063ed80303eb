import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Journal } from './facts.ts';
import type { Lambda } from './models/lambda.ts';
import type { Bucket } from './models/s3.ts';
import type { Chance } from './random.ts';
import { type BatchAction, type BatchPlan, contentOfBatch } from './scenario/batches.ts';
import { OPERATOR, PARTNERS } from './scenario/submission.ts';
import type { Scheduler } from './scheduler.ts';

export interface BatchClientsParts {
  readonly batchApi: Lambda;
  readonly bucket: Bucket;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly chance: Chance;
}

const HOUR_MS = 60 * 60_000;
/** After two days nobody asks any more. */
const MAX_LOOKS = 48;

/** Those who hand batches over, and ask things of them later. */
export function createBatchClients(parts: BatchClientsParts): (plan: BatchPlan) => void {
  const { batchApi, bucket, scheduler, journal, chance } = parts;

  async function call(ref: string, method: string, path: string, more: Partial<Call>): Promise<Answer> {
    const { invocation, response } = batchApi.invoke(
      eventOf({ method, path, key: OPERATOR.key, ...more }),
      `${ref} ${path}`,
    );
    const ended = await response;
    // The response of an HTTP API for a function that failed.
    const failed: APIGatewayProxyStructuredResultV2 = { statusCode: 500 };
    const answered = ended.kind === 'answered' ? (ended.value as APIGatewayProxyStructuredResultV2) : failed;
    const { statusCode: status = 500, body = '' } = answered;
    journal.note({ kind: 'batch_response', ref, status, body, invocation });
    return { status, body };
  }

  async function post(plan: BatchPlan): Promise<void> {
    const { ref, name, format, partner, idempotencyKey, attempts } = plan;
    const key = PARTNERS.find((one) => one.name === partner)?.key ?? OPERATOR.key;
    const contentType = format === 'csv' ? 'text/csv' : 'application/x-ndjson';
    for (let left = attempts; left > 0; left -= 1) {
      const more = { key, name, body: contentOfBatch(plan), contentType, idempotencyKey };
      const { status } = await call(ref, 'POST', '/v3/batches', more);
      if (status < 500) return;
      await scheduler.sleep(chance.whole(500, 60_000));
    }
  }

  function put(plan: BatchPlan): void {
    const folder = plan.partner === undefined ? 'requests' : `requests/partners/${plan.partner}`;
    bucket.put(`${folder}/${plan.name}`, Buffer.from(contentOfBatch(plan)));
  }

  function handOver(plan: BatchPlan): void {
    journal.note({ kind: 'batch_handed', ref: plan.ref, text: `${plan.name}: ${plan.lines.length} lines` });
    if (plan.way === 'http') void post(plan);
    else put(plan);
  }

  /** The batch that was made of it, if there is one yet: its owner sees it in a list. */
  function batchOf({ name }: BatchPlan): string | undefined {
    const isOfIt = (key: string) => key.endsWith(`/${name}`);
    const made = journal.facts.find((fact) => fact.kind === 'batch_made' && isOfIt(fact.key));
    return made?.kind === 'batch_made' ? made.batchId : undefined;
  }

  /** One after the other: a batch that is resumed before it is paused would stay so. */
  async function actInTurn(plan: BatchPlan): Promise<void> {
    const from = scheduler.now();
    for (const each of plan.actions) {
      await scheduler.sleep(from + each.after - scheduler.now());
      await act(plan, each);
    }
  }

  async function act(plan: BatchPlan, { action }: BatchAction): Promise<void> {
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      const batchId = batchOf(plan);
      if (batchId !== undefined) {
        const { status } = await call(`${plan.ref} ${action}`, 'POST', `/v3/batches/${batchId}/${action}`, {});
        // A retry waits for the batch's end, and a resumption must not get lost.
        if (status < 500 && !(action === 'retry' && status === 409 && !hasEnded(batchId))) return;
      }
      await scheduler.sleep(action === 'retry' ? HOUR_MS : chance.whole(1000, 60_000));
    }
  }

  function hasEnded(batchId: string): boolean {
    return journal.facts.some((fact) => fact.kind === 'batch_ended' && fact.batchId === batchId);
  }

  return (plan) => {
    handOver(plan);
    for (const ms of plan.again) scheduler.after(ms, () => handOver(plan));
    void actInTurn(plan);
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly name?: string;
  readonly idempotencyKey?: string | undefined;
}

function eventOf({ method, path, key, body = '', contentType, name, idempotencyKey }: Call) {
  return {
    version: '2.0',
    rawPath: path,
    headers: {
      'x-api-key': key,
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(name !== undefined && { queryStringParameters: { name } }),
    requestContext: { http: { method, path } },
    body,
    isBase64Encoded: false,
  };
}
