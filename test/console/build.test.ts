import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildConsole } from '../../console/build.ts';
import { installedBrowser } from '../../tools/console/browser.ts';

const files = buildConsole();
const text = (name: string) => new TextDecoder().decode(files.find((file) => file.name === name)?.content);
const page = text('index.html');

/** The scripts that a page loads before anything is clicked: the entry, and what it imports at once. */
function firstScripts(): readonly string[] {
  const entry = /src="\/console\/(assets\/[^"]+)"/.exec(page)?.[1] ?? '';
  const imported = [...text(entry).matchAll(/(?:from|import)"\.\/([^"]+)"/g)].map(([, name]) => `assets/${name}`);
  return [entry, ...imported];
}

describe('the console as it is built', () => {
  it('has a page that runs under a policy without inline scripts and styles', () => {
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
    expect(page).not.toMatch(/https?:\/\//);
  });

  it('names each asset after its content', () => {
    const names = files.map(({ name }) => name);
    expect(names).toContain('index.html');
    for (const name of names.filter((each) => each !== 'index.html')) {
      expect(name).toMatch(/^assets\/[\w-]+-[A-Z0-9]{8}\.(js|css|svg)$/);
    }
    for (const [, name = ''] of page.matchAll(/"\/console\/([^"]+)"/g)) expect(names).toContain(name);
  });

  it('loads at most 60 KB of script first, and the readers of workbooks and tables later', () => {
    const first = firstScripts();
    const bytes = first.map((name) => gzipSync(text(name)).length).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThanOrEqual(60_000);
    const later = files.filter(({ name }) => name.endsWith('.js') && !first.includes(name)).map(({ name }) => name);
    expect(later.join(' ')).toMatch(/read-workbook-.*|read-table-.*/);
    expect(first.map(text).join('')).not.toContain('xl/workbook.xml');
  });

  it('has letters of the size that the browser is told', () => {
    const style = files.find(({ name }) => name.endsWith('.css'))?.name ?? '';
    expect(text(style)).toMatch(/html{font:93\.75%/);
  });

  it('calls no other origin', () => {
    const code = files.filter(({ name }) => /\.(js|css|html)$/.test(name)).map(({ name }) => text(name));
    const origins = code.join('\n').match(/\bhttps?:\/\/[\w.-]+/g) ?? [];
    // Namespaces of XML, and the client's advice.
    const known = [
      'http://www.w3.org',
      'https://example.com',
      'http://schemas.openxmlformats.org',
      'http://purl.oclc.org',
    ];
    expect(origins.filter((each) => !known.some((prefix) => each.startsWith(prefix)))).toEqual([]);
  });
});

it('where no browser is installed, the error says what to install', () => {
  expect(installedBrowser((path) => path.endsWith('/chromium'))).toBe('/usr/bin/chromium');
  expect(() => installedBrowser(() => false)).toThrow(/install Google Chrome or Chromium/);
});
