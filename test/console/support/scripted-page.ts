import type { Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { buildConsole } from '../../../console/build.ts';
import { launchBrowser } from '../../../tools/console/browser.ts';

/** What an answer is made of. */
export interface PageCall {
  /** `POST /v3/batches?name=spring` */
  readonly call: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** By method and path: JSON, a whole response, an error for none, or what makes one of them. What is not there is not found. */
type Answers = Readonly<Record<string, unknown>>;

interface OpenedPage {
  readonly page: Page;
  /** What the page has called so far. */
  readonly calls: readonly PageCall[];
  /** How often the page has called this, with any query or with that of the call. */
  countOf(call: string): number;
  /** Lets the time pass in which the page reads anew. */
  lookAgain(): Promise<void>;
}

interface ScriptedPages {
  /** @param answers may change while the page is open */
  open(hash: string, answers: Answers, session?: object): Promise<OpenedPage>;
  /** Closes the pages of a test. */
  close(): Promise<void>;
  end(): Promise<void>;
}

const ORIGIN = 'http://localhost';
/** A whole test, and the opening of its page. */
const TEST_MS = 20_000;
/** What an open page is to show takes some ten ms; on a busy machine, many times that. */
const SHOWN_WITHIN_MS = 5_000;
/** How often it reads at a service on the own machine. */
const EVERY_MS = 2000;
const SESSION = { partner: 'acme', role: 'partner', expires_at: '2126-01-01T00:00:00Z', read_only: false };

/** What the pages' clock shows at first. */
export const NOW = new Date('2026-11-28T12:00:00Z');

/**
 * Pages for the tests of a file: the page alone, in a browser. There is no service, and each of its calls is answered by the
 * test: what the page makes of answers that the service seldom gives, or gives for a moment.
 */
export function usePages(): Pick<ScriptedPages, 'open'> {
  // Nothing but the browser is waited for, and what never comes should not take long.
  vi.setConfig({ testTimeout: TEST_MS });
  let pages: ScriptedPages;
  beforeAll(async () => {
    pages = await startScriptedPages();
  });
  afterEach(() => pages.close());
  afterAll(() => pages.end());
  return { open: (...given) => pages.open(...given) };
}

/** Expects what the page shows or calls a moment later. */
export function soon<T>(read: () => T) {
  return expect.poll(read, { timeout: SHOWN_WITHIN_MS });
}

/** What a screen reader says of what has the focus: whether it is wrong, and its description. */
export function focusedField(page: Page): Promise<{ readonly isInvalid: boolean; readonly description: string }> {
  return page.evaluate(`(() => {
    const { ariaInvalid, ariaDescribedByElements } = document.activeElement;
    const description = (ariaDescribedByElements ?? []).map(({ innerText }) => innerText).join(' ').trim();
    return { isInvalid: ariaInvalid === 'true', description };
  })()`);
}

/** The text of a part of the page, in one line. */
export async function textOf(page: Page, name: string | RegExp): Promise<string> {
  return (await page.getByRole('region', { name }).innerText()).replaceAll(/\s+/g, ' ');
}

async function startScriptedPages(): Promise<ScriptedPages> {
  const files = new Map(buildConsole().map((file) => [file.name, file]));
  const browser = await launchBrowser();
  const problems: string[] = [];
  return {
    async open(hash, answers, session = SESSION) {
      const context = await browser.newContext({ reducedMotion: 'reduce', timezoneId: 'UTC' });
      const calls: PageCall[] = [];
      await context.route(`${ORIGIN}/**`, async (route) => {
        const { pathname, search } = new URL(route.request().url());
        const file = files.get(pathname.replace('/console/', '') || 'index.html');
        if (file) return route.fulfill({ contentType: file.contentType, body: Buffer.from(file.content) });
        const call = `${route.request().method()} ${decodeURIComponent(pathname)}`;
        const made = callOf(route.request(), `${call}${search}`);
        calls.push(made);
        const answer = { 'GET /console/session': session, ...answers }[call];
        const given = await (typeof answer === 'function' ? answer(made) : answer);
        if (given instanceof Error) return route.abort();
        const response = given instanceof Response ? given.clone() : responseOf(given);
        // The page may have left the call meanwhile.
        await route
          .fulfill({
            status: response.status,
            headers: Object.fromEntries(response.headers),
            body: Buffer.from(await response.arrayBuffer()),
          })
          .catch(() => {});
      });
      const page = await context.newPage();
      page.setDefaultNavigationTimeout(TEST_MS);
      page.setDefaultTimeout(SHOWN_WITHIN_MS);
      page.on('pageerror', ({ message }) => problems.push(message));
      await page.clock.install({ time: NOW });
      await page.goto(`${ORIGIN}/console/${hash}`);
      return {
        page,
        calls,
        countOf: (call) => calls.filter((each) => [each.call, each.call.split('?')[0]].includes(call)).length,
        lookAgain: () => page.clock.fastForward(EVERY_MS),
      };
    },
    async close() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      expect(problems.splice(0)).toEqual([]);
    },
    end: () => browser.close(),
  };
}

function callOf(request: Request, call: string): PageCall {
  return { call, headers: request.headers(), body: request.postData() };
}

function responseOf(body: unknown): Response {
  return body === undefined ? Response.json({ detail: 'there is nothing' }, { status: 404 }) : Response.json(body);
}
