// npm run demo: sends the vendor's own example once over HTTP and once through the request queue, and shows all results until
// the images are finished. Then uploads a file of more images than the account may enhance in a "day" of some seconds, and
// follows its batch to the results.
import { UsageError } from './args.ts';
import { DEMO_DAY_MS, DEMO_LIMIT, runBatch } from './demo-batch.ts';
import { batchText, missingFromBatch } from './demo-batch-text.ts';
import { type DemoFacts, type DemoResponse, demoText, missingFrom, pathOf } from './demo-text.ts';
import { EXAMPLE_PREFERENCES } from './example.ts';
import { failWith } from './fail-with.ts';
import type { OutcomeEvent } from './outcomes.ts';
import { KNOWN_IMAGES } from './sandbox/known-images.ts';
import { type Service, startService } from './service.ts';
import { rowText } from './terminal/row.ts';
import { isTrouble, troubleRow } from './trouble.ts';

const USAGE = `npm run demo

  Starts a service of its own, sends requests through each entry point, and
  shows the results. It takes no options.`;

const TIMEOUT_MS = 20_000;
/** Long enough for both outcomes to arrive before the first image is finished. */
const PROCESSING_MS = 1_000;
const imageIds = { http: KNOWN_IMAGES.house.id, queue: KNOWN_IMAGES.garden.id };

async function main(): Promise<void> {
  const [option] = process.argv.slice(2);
  if (option === '--help') {
    console.log(USAGE);
    return;
  }
  if (option !== undefined) throw new UsageError(`npm run demo takes no options, got ${option}`);
  const service = await startService({
    finishesImages: true,
    schedulesEveryMs: 500,
    sandbox: { processingMs: PROCESSING_MS, dailyLimit: DEMO_LIMIT, limitWindowMs: DEMO_DAY_MS },
    variables: { DAILY_LIMIT: String(DEMO_LIMIT), DAILY_RESET: `every ${DEMO_DAY_MS / 1000} s` },
    log: (name, line) => isTrouble(line) && console.error(rowText(troubleRow(name, line), process.stderr)),
  });
  const [facts, batch] = await runAll(service).finally(() => service.stop());
  console.log(`${demoText(facts)}\n\n${batchText(batch)}`);
  process.exit(missingFrom(facts).length + missingFromBatch(batch).length === 0 ? 0 : 1);
}

async function runAll(service: Service) {
  return [await run(service), await runBatch(service)] as const;
}

/** One after the other, so that the output has the same order every time. */
async function run(service: Service): Promise<DemoFacts> {
  const next = eventReader(service.outcomes(AbortSignal.timeout(TIMEOUT_MS)));
  const response = await sendOverHttp(service);
  const first = await next('reprocess.', imageIds.http);
  await service.queueRequest({ image_id: imageIds.queue, preferences: EXAMPLE_PREFERENCES });
  const second = await next('reprocess.', imageIds.queue);
  const finished = [await next('image.', imageIds.http), await next('image.', imageIds.queue)];
  const nameOf = (url: string) => url.split('/').at(-1) ?? '';
  return {
    imageIds,
    preferences: EXAMPLE_PREFERENCES,
    queueNames: { requests: nameOf(service.queueUrls.requests), results: nameOf(service.queueUrls.results) },
    calls: service.sandbox?.calls() ?? [],
    response,
    webhookBodies: service.sandbox?.webhook.calls().map(({ body }) => body) ?? [],
    events: [first, second, ...finished].filter((event) => event !== undefined),
  };
}

/** Finds events by type and image, in any order; undefined when one does not arrive in time. */
function eventReader(outcomes: AsyncGenerator<OutcomeEvent>) {
  const arrived: OutcomeEvent[] = [];
  return async (type: string, imageId: string): Promise<OutcomeEvent | undefined> => {
    for (;;) {
      const found = arrived.find((event) => event.type.startsWith(type) && event.subject === imageId);
      if (found !== undefined) return found;
      const { value, done } = await outcomes.next();
      if (done) return undefined;
      arrived.push(value);
    }
  };
}

async function sendOverHttp({ addresses, partner }: Service): Promise<DemoResponse> {
  const response = await fetch(`${addresses.api}${pathOf(imageIds.http)}`, {
    method: 'POST',
    headers: { 'x-api-key': partner.key, 'content-type': 'application/json' },
    body: JSON.stringify(EXAMPLE_PREFERENCES),
  });
  const requestId = response.headers.get('reprocess-request-id') ?? 'none';
  return { status: response.status, requestId, body: await response.text() };
}

await main().catch(failWith);
