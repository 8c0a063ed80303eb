import type { Journal } from './facts.ts';
import { type HttpRequest, sendHttp } from './models/http-api.ts';
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

  async function send(ref: string, request: HttpRequest): Promise<number> {
    const { invocation, response } = sendHttp(batchApi, request, `${ref} ${request.path}`);
    const { status, body } = await response;
    journal.note({ kind: 'batch_response', ref, status, body, invocation });
    return status;
  }

  async function post(plan: BatchPlan): Promise<void> {
    const { ref, name, format, partner, idempotencyKey, attempts } = plan;
    const headers = {
      'x-api-key': PARTNERS.find((one) => one.name === partner)?.key ?? OPERATOR.key,
      'content-type': format === 'csv' ? 'text/csv' : 'application/x-ndjson',
      'idempotency-key': idempotencyKey,
    };
    const request = { method: 'POST', path: '/v3/batches', headers, query: { name }, body: contentOfBatch(plan) };
    for (let left = attempts; left > 0; left -= 1) {
      if ((await send(ref, request)) < 500) return;
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
        const path = `/v3/batches/${batchId}/${action}`;
        const headers = { 'x-api-key': OPERATOR.key };
        const status = await send(`${plan.ref} ${action}`, { method: 'POST', path, headers });
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
