// npm run demo: the vendor's own example, once over HTTP and once through the request queue, and all that becomes of
// it until the images are finished; then a file of requests, with the outcome of each line and its report.
import { UsageError } from './args.ts';
import { type DemoAnswer, type DemoFacts, demoText, missingFrom, pathOf } from './demo-text.ts';
import { runUpload } from './demo-upload.ts';
import { missingFromUpload, uploadText } from './demo-upload-text.ts';
import { EXAMPLE_PREFERENCES } from './example.ts';
import { failWith } from './fail-with.ts';
import type { OutcomeEvent } from './outcomes.ts';
import { KNOWN_IMAGES } from './sandbox/known-images.ts';
import { type Service, startService } from './service.ts';
import { rowText } from './terminal/row.ts';
import { isTrouble, troubleRow } from './trouble.ts';

const USAGE = `npm run demo

  Sends one request through each entry point of a service of its own, and shows
  what becomes of them. It takes no options.`;

const PATIENCE_MS = 20_000;
/** Long enough that both outcomes are there before the first image is finished. */
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
    sandbox: { processingMs: PROCESSING_MS },
    log: (name, line) => isTrouble(line) && console.error(rowText(troubleRow(name, line), process.stderr)),
  });
  const [facts, upload] = await runAll(service).finally(() => service.stop());
  console.log(`${demoText(facts)}\n\n${uploadText(upload)}`);
  process.exit(missingFrom(facts).length + missingFromUpload(upload).length === 0 ? 0 : 1);
}

async function runAll(service: Service) {
  return [await run(service), await runUpload(service)] as const;
}

/** One after the other, so that what is printed has the same order every time. */
async function run(service: Service): Promise<DemoFacts> {
  const next = eventReader(service.outcomes(AbortSignal.timeout(PATIENCE_MS)));
  const answer = await sendOverHttp(service);
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
    answer,
    webhookBodies: service.sandbox?.webhook.calls().map(({ body }) => body) ?? [],
    events: [first, second, ...finished].filter((event) => event !== undefined),
  };
}

/** Finds events by type and image, in whatever order they come; undefined when one has not come in time. */
function eventReader(outcomes: AsyncGenerator<OutcomeEvent>) {
  const come: OutcomeEvent[] = [];
  return async (type: string, imageId: string): Promise<OutcomeEvent | undefined> => {
    for (;;) {
      const found = come.find((event) => event.type.startsWith(type) && event.subject === imageId);
      if (found !== undefined) return found;
      const { value, done } = await outcomes.next();
      if (done) return undefined;
      come.push(value);
    }
  };
}

async function sendOverHttp({ addresses, partner }: Service): Promise<DemoAnswer> {
  const response = await fetch(`${addresses.api}${pathOf(imageIds.http)}`, {
    method: 'POST',
    headers: { 'x-api-key': partner.key, 'content-type': 'application/json' },
    body: JSON.stringify(EXAMPLE_PREFERENCES),
  });
  const requestId = response.headers.get('reprocess-request-id') ?? 'none';
  return { status: response.status, requestId, body: await response.text() };
}

await main().catch(failWith);
