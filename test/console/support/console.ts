import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Download, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchBrowser } from '../../../tools/console/browser.ts';
import { type Flow, startFlow } from '../../support/flow.ts';

export interface ConsoleBench {
  readonly flow: Flow;
  /** `http://localhost:…/console/` */
  readonly address: string;
  /** A page of somebody who is signed in. */
  open(hash: string, options?: OpenOptions): Promise<Page>;
  /** A page of somebody who is not. */
  openUnknown(hash: string): Promise<Page>;
  /** Closes the pages of a test. */
  closePages(): Promise<void>;
  end(): Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  readonly as?: 'partner' | 'operator';
}

/** One service and one browser for all tests of a file. */
export async function startConsole(options: Parameters<typeof startFlow>[0]): Promise<ConsoleBench> {
  const [flow, browser] = await Promise.all([startFlow(options), launchBrowser()]);
  const address = `http://localhost:${new URL(flow.addresses.api).port}/console/`;
  const problems: string[] = [];
  // Sign-in is rate limited, so each signs in once.
  const states = {
    partner: await signIn(browser, address, flow.partner.key),
    operator: await signIn(browser, address, flow.operator.key),
  };

  async function newPage(contextOptions: BrowserContextOptions, hash: string): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...contextOptions });
    const page = await context.newPage();
    // As long as expect.poll's.
    page.setDefaultTimeout(90_000);
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => {
      // A refused response is told by the browser too.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) problems.push(message.text());
    });
    await page.goto(`${address}${hash}`);
    return page;
  }

  return {
    flow,
    address,
    open: (hash, { as = 'partner', ...rest } = {}) => newPage({ storageState: states[as], ...rest }, hash),
    openUnknown: (hash) => newPage({}, hash),
    async closePages() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      // Neither an exception nor a breach of the content security policy.
      expect(problems.splice(0)).toEqual([]);
    },
    async end() {
      await browser.close();
      await flow.end();
    },
  };
}

async function signIn(browser: Browser, address: string, key: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${address}#key=${encodeURIComponent(key)}`);
  await page.getByRole('heading', { name: 'Batches' }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

export async function textOf(download: Download): Promise<string> {
  return readFileSync(await download.path(), 'utf8');
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly AxeNode[] }[];
}

interface AxeNode {
  readonly html: string;
  readonly failureSummary?: string;
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds against WCAG 2.2 AA. @param rules only these */
export async function accessibilityProblems(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // Once for each page that is loaded: another place of it is the same document.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values: WCAG };
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] });
  const { violations } = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

/** Whether a page is wider than its window. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}

/**
 * What a finger may miss: whatever takes a click in less than 24 pixels of width or height (WCAG 2.2, 2.5.8). A control takes the
 * clicks of its label too; a link within a sentence may be as high as its line.
 */
export function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate(`Array.from(document.querySelectorAll('a, button, input, select, textarea, summary'), (each) => {
    const target = each.closest('label') ?? each;
    const { width, height } = target.getBoundingClientRect();
    const rests = Array.from(target.parentElement.childNodes, (node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const isInSentence = target.matches('a') && rests.some(Boolean);
    const isSmall = width > 0 && (Math.round(width) < 24 || Math.round(height) < 24);
    return isSmall && !isInSentence ? width + ' x ' + height + ': ' + target.outerHTML.slice(0, 200) : '';
  }).filter(Boolean)`);
}
