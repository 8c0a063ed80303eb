import { existsSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { type Browser, chromium } from 'playwright-core';

const INSTALLED: readonly string[] = [
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** It runs pages of this project alone, as root too, and asks nobody for updates. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * Starts a browser without a window: Chromium from npm on Linux x64, an installed Chrome or Chromium elsewhere.
 * @throws Error that says what to install
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await browserPath();
  try {
    return await chromium.launch({ executablePath, args: ARGS, headless: true });
  } catch (cause) {
    throw new Error(
      `the browser ${executablePath} does not start: on Debian or Ubuntu, apt-get install libnss3 libnspr4`,
      {
        cause,
      },
    );
  }
}

async function browserPath(): Promise<string> {
  if (platform() !== 'linux' || arch() !== 'x64') return installedBrowser(existsSync);
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}

/** @throws Error that says what to install */
export function installedBrowser(exists: (path: string) => boolean): string {
  const found = INSTALLED.find(exists);
  if (found === undefined) throw new Error('the console is tested in a browser: install Google Chrome or Chromium');
  return found;
}
