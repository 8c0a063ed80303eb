import type { Journal } from './facts.ts';
import { type HttpRequest, type HttpResponse, sendHttp } from './models/http-api.ts';
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

  async function send(ref: string, request: HttpRequest): Promise<HttpResponse> {
    const { invocation, response } = sendHttp(batchApi, request, `${ref} ${request.path}`);
    const received = await response;
    // The signature of a URL is of the real time.
    const body = received.body.replaceAll(/\?X-Amz-[^"]*/g, '');
    journal.note({ kind: 'batch_response', ref, status: received.status, body, invocation });
    return received;
  }

  async function post(plan: BatchPlan): Promise<void> {
    for (let left = plan.attempts; left > 0; left -= 1) {
      const { status, body } = await send(plan.ref, requestFor(plan));
      if (status < 300) uploadTo(JSON.parse(body).upload, plan);
      if (status < 500 && status !== 429) return;
      await scheduler.sleep(chance.whole(500, 60_000));
    }
  }

  /** @param upload as the response has it; undefined where no file is awaited */
  function uploadTo(upload: { readonly url: string } | undefined, plan: BatchPlan): void {
    if (upload === undefined) return;
    const { pathname, searchParams } = new URL(upload.url);
    const endsAt = scheduler.now() + Number(searchParams.get('X-Amz-Expires')) * 1000;
    for (const ms of plan.upload ?? []) {
      scheduler.after(ms, () => {
        // S3 refuses what comes later.
        if (scheduler.now() < endsAt)
          bucket.put(decodeURIComponent(pathname.slice(1)), Buffer.from(contentOfBatch(plan)));
      });
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
        const { status } = await send(`${plan.ref} ${action}`, { method: 'POST', path, headers });
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

/** The call that hands a batch over, or announces it. */
function requestFor(plan: BatchPlan): HttpRequest {
  const { name, format, partner, idempotencyKey, upload } = plan;
  const type = format === 'csv' ? 'text/csv' : 'application/x-ndjson';
  const headers = {
    'x-api-key': PARTNERS.find((one) => one.name === partner)?.key ?? OPERATOR.key,
    'content-type': upload === undefined ? type : 'application/json',
    'idempotency-key': idempotencyKey,
  };
  const request = { method: 'POST', path: '/v3/batches', headers };
  if (upload === undefined) return { ...request, query: { name }, body: contentOfBatch(plan) };
  return { ...request, body: JSON.stringify({ upload: { file_name: name } }) };
}
