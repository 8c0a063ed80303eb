import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface StubCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];
/** `break_off`: a success that ends in the middle of its body. `stall`: one that stops there. */
type Answers = Readonly<Record<string, (call: StubCall, nth: number) => Answer | 'hang' | 'break_off' | 'stall'>>;

export interface StubService {
  readonly env: NodeJS.ProcessEnv;
  readonly calls: StubCall[];
}

/** Answers as it is told to. @param answers by method and path, such as `GET /v3/budget` */
export async function stubService(answers: Answers): Promise<StubService> {
  const calls: StubCall[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://stub');
    const body = (await buffer(request)).toString();
    const call = { method: request.method ?? '', url, headers: request.headers, body };
    calls.push(call);
    const nth = calls.filter((each) => each.method === call.method && each.url.pathname === url.pathname).length;
    const answer = answers[`${call.method} ${url.pathname}`]?.(call, nth) ?? [
      404,
      { detail: 'there is no such thing' },
    ];
    if (answer === 'hang') return;
    if (answer === 'break_off' || answer === 'stall') {
      const end = () => answer === 'break_off' && response.destroy();
      response.writeHead(200, { 'content-length': '100' }).write('{"line":', end);
      return;
    }
    const [status, value, headers] = answer;
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(value === undefined ? '' : JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { env: { REPROCESS_URL: `http://127.0.0.1:${port}`, REPROCESS_API_KEY: 'stub-key' }, calls };
}

export const BATCH = 'b_0123456789abcdef0123456789abcdef';

/** A batch of 100 lines, of which some have ended. */
export function batchOf(finished: number, failed = 0, more: object = {}) {
  const isOver = finished + failed === 100;
  return {
    batch_id: BATCH,
    name: 'spring.csv',
    source: 'http',
    state: isOver ? 'finished' : 'running',
    counts: {
      total: 100,
      rejected: 0,
      waiting: 100 - finished - failed,
      queued: 0,
      started: 0,
      finished,
      failed,
      cancelled: 0,
    },
    created_at: '2026-11-22T10:00:00Z',
    started_at: '2026-11-22T10:00:01Z',
    finished_at: isOver ? '2026-11-22T11:00:00Z' : null,
    expected_end: '2099-11-22T11:00:00Z',
    waits_for: null,
    rate_per_minute: 60,
    problems: [],
    warnings: [],
    progress: [],
    ...more,
  };
}

export const BUDGET = {
  window: { start: '2026-11-22T00:00:00Z', end: '2026-11-23T00:00:00Z' },
  limit: 500,
  used: 180,
  used_by_batches: 100,
  failed_for_limit: 0,
  left: 320,
  left_for_batches: 270,
  waiting: 0,
  paused: null,
  history: [],
};

/** What a check finds nothing wrong with. */
export function checkedOf(accepted: number, more: object = {}) {
  return {
    dry_run: true,
    would_be_sent: accepted > 0,
    counts: { total: accepted, rejected: 0, accepted },
    problems: [],
    warnings: [],
    check: { rejections: [], repeated_images: 0, differing_images: 0, repeats: [] },
    pace: { limit: 500, left_today: 320, days: 0, expected_end: null, sentence: `${accepted} images: finished today` },
    expected_end: null,
    ...more,
  };
}
