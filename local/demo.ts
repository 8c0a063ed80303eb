// npm run demo: the vendor's own example, once over HTTP and once through the request queue, and all that becomes of
// it.
import { type DemoAnswer, type DemoFacts, demoText, missingFrom, pathOf } from './demo-text.ts';
import { EXAMPLE_PREFERENCES } from './example.ts';
import { failWith } from './fail-with.ts';
import type { OutcomeEvent } from './outcomes.ts';
import { KNOWN_IMAGES } from './sandbox/known-images.ts';
import { type Service, startService } from './service.ts';
import { isTrouble } from './trouble.ts';

const PATIENCE_MS = 20_000;
const imageIds = { http: KNOWN_IMAGES.house.id, queue: KNOWN_IMAGES.garden.id };

async function main(): Promise<void> {
  const service = await startService({ log: (_function, line) => isTrouble(line) && console.error(line) });
  const facts = await run(service).finally(() => service.stop());
  console.log(demoText(facts));
  process.exit(missingFrom(facts).length === 0 ? 0 : 1);
}

/** One after the other, so that what is printed has the same order every time. */
async function run(service: Service): Promise<DemoFacts> {
  const enough = AbortSignal.timeout(PATIENCE_MS);
  const outcomes = service.outcomes(enough);
  const answer = await sendOverHttp(service);
  const first = await outcomes.next();
  await service.queueRequest({ image_id: imageIds.queue, preferences: EXAMPLE_PREFERENCES });
  const second = await outcomes.next();
  const nameOf = (url: string) => url.split('/').at(-1) ?? '';
  return {
    imageIds,
    preferences: EXAMPLE_PREFERENCES,
    queueNames: { requests: nameOf(service.queueUrls.requests), results: nameOf(service.queueUrls.results) },
    calls: service.sandbox?.calls() ?? [],
    answer,
    events: [first, second].flatMap(({ value }) => (value === undefined ? [] : [value as OutcomeEvent])),
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
