// npm run screenshots: makes the pictures of docs/console.md anew, from the page as it is and example data.
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { PROJECT } from '../contract/project.ts';
import { launchBrowser } from './browser.ts';
import { IMAGE, NOW } from './example-data.ts';
import { serveExample } from './example-service.ts';

const FOLDER = process.argv[2] ?? join(PROJECT, 'docs/images');
const ORIGIN = 'http://console.example';

const DESKTOP = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };

interface Picture {
  readonly name: string;
  readonly hash: string;
  readonly options?: BrowserContextOptions;
  /** What somebody does before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

async function toCheck(page: Page): Promise<void> {
  const rows = Array.from({ length: 3000 }, (_, row) => `villa-${row},warm\n`);
  const buffer = Buffer.from(`Image ID,Enhance Type\n${rows.join('')}`);
  await page.locator('input[type=file]').setInputFiles({ name: 'spring-campaign.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByText('would be sent').waitFor();
}

const PICTURES: readonly Picture[] = [
  { name: 'console-batches', hash: '#/batches' },
  { name: 'console-check', hash: '#/batches/new', act: toCheck },
  { name: 'console-batch', hash: '#/batches/b_1', options: { viewport: { width: 1280, height: 1040 } } },
  { name: 'console-batch-dark', hash: '#/batches/b_1', options: { colorScheme: 'dark' } },
  { name: 'console-image', hash: `#/images/${IMAGE}` },
  { name: 'console-request', hash: '#/requests/http%3A1' },
  { name: 'console-health', hash: '#/health' },
  { name: 'console-partners', hash: '#/partners' },
  { name: 'console-callback', hash: '#/partners/kestrel' },
  { name: 'console-phone-batch', hash: '#/batches/b_1', options: { viewport: PHONE, deviceScaleFactor: 1.5 } },
];

mkdirSync(FOLDER, { recursive: true });
const browser = await launchBrowser();
try {
  for (const { name, hash, options, act } of PICTURES) {
    const context = await browser.newContext({
      viewport: DESKTOP,
      timezoneId: 'Europe/London',
      locale: 'en-GB',
      ...options,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
    page.on('console', (message) => message.type() === 'error' && console.error(`${name}: ${message.text()}`));
    await page.clock.setFixedTime(NOW);
    await serveExample(page, ORIGIN);
    await page.goto(`${ORIGIN}/console/${hash}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await act?.(page);
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    await page.waitForLoadState('networkidle');
    const path = join(FOLDER, `${name}.png`);
    await page.screenshot({ path, animations: 'disabled' });
    console.log(relative(process.cwd(), path));
    await context.close();
  }
} finally {
  await browser.close();
}
