import type { Page, Route } from 'playwright-core';
import { buildConsole } from '../../console/build.ts';
import {
  BATCHES,
  BUDGET,
  CALLBACK,
  CHECKED,
  DELIVERIES,
  DELIVERIES_OF_RETRIED,
  FAILED_LINES,
  HEALTH,
  IMAGE,
  IMAGE_REQUESTS,
  LINES,
  PARTNERS,
  RECORD,
  REQUESTS,
  RETRIED_REQUEST,
  SESSION,
  SPRING_BATCH,
} from './example-data.ts';
import { housePicture } from './house.ts';

type Answer = (url: URL) => unknown;

const IMAGES = `/v3/images/${IMAGE}`;

/** By path; `*` stands for an id. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  '/console/session': () => SESSION,
  '/v3/batches': (url) => (url.searchParams.has('dry_run') ? CHECKED : { batches: BATCHES }),
  '/v3/batches/*': (url) => BATCHES.find(({ batch_id }) => url.pathname.endsWith(batch_id)) ?? SPRING_BATCH,
  '/v3/batches/*/requests': (url) => ({
    requests: url.searchParams.get('state') === 'failed' ? FAILED_LINES : LINES,
    next_cursor: url.searchParams.get('state') === 'failed' ? undefined : 'next',
  }),
  '/v3/requests': () => ({ requests: REQUESTS, next_cursor: 'next' }),
  '/v3/requests/*': (url) =>
    IMAGE_REQUESTS.find(({ request_id }) => url.pathname.endsWith(encodeURIComponent(request_id))) ?? RETRIED_REQUEST,
  [`${IMAGES}/requests`]: () => ({ requests: IMAGE_REQUESTS }),
  [IMAGES]: () => RECORD,
  '/v3/partners': () => ({ partners: PARTNERS }),
  '/v3/callback': () => CALLBACK,
  '/v3/callback/deliveries': (url) =>
    url.searchParams.has('request_id')
      ? { deliveries: DELIVERIES_OF_RETRIED, next_cursor: null }
      : { deliveries: DELIVERIES, next_cursor: 'next' },
  '/v3/budget': () => BUDGET,
  '/v3/health': () => HEALTH,
};

/** Answers a page's calls with the console's files and the example data, without a server. */
export async function serveExample(page: Page, origin: string): Promise<void> {
  const files = new Map(buildConsole().map((file) => [file.name, file]));
  await page.route(`${origin}/**`, async (route: Route) => {
    const url = new URL(route.request().url());
    const { pathname } = url;
    const file = files.get(pathname.replace(/^\/console\//, '') || 'index.html');
    if (file) return route.fulfill({ contentType: file.contentType, body: Buffer.from(file.content) });
    if (pathname.endsWith('/preview')) {
      const body = housePicture(url.searchParams.get('of') ?? '');
      return route.fulfill({ contentType: 'image/svg+xml', body });
    }
    const answer = ANSWERS[pathname] ?? ANSWERS[pathname.replace(/^(\/v3\/\w+)\/[^/]+/, '$1/*')];
    return answer
      ? route.fulfill({ json: answer(url) })
      : route.fulfill({ status: 404, json: { detail: 'not found' } });
  });
}
