import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorOf, type Document, documents, proseOf, ROOT } from './support/documents.ts';

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
const HEADING = /^#{1,6} (.+)$/gm;

function anchorsOf(document: Document): readonly string[] {
  return [...proseOf(document).matchAll(HEADING)].map(([, heading = '']) => anchorOf(heading));
}

function isBroken(document: Document, target: string): boolean {
  if (/^https?:/.test(target)) return false;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document.path : relative(ROOT, join(ROOT, dirname(document.path), path));
  if (!existsSync(join(ROOT, file))) return true;
  const other = documents.find((each) => each.path === file);
  return anchor !== undefined && (other === undefined || !anchorsOf(other).includes(anchor));
}

describe.each(documents.map((document) => [document.path, document] as const))('%s', (_, document) => {
  it('links only to what is there', () => {
    const targets = [...proseOf(document).matchAll(LINK)].map(([, target = '']) => target);
    expect(targets.filter((target) => isBroken(document, target))).toEqual([]);
  });

  it('has no two headings under one anchor', () => {
    const anchors = anchorsOf(document);
    const isLog = document.path === 'CHANGELOG.md';
    expect(isLog ? [] : anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
  });
});

it('every document can be reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    const document = documents.find((each) => each.path === path);
    if (document === undefined) continue;
    for (const [, target = ''] of proseOf(document).matchAll(LINK)) {
      reached.add(relative(ROOT, join(ROOT, dirname(path), target.split('#')[0] ?? '')));
    }
  }
  expect(documents.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});
