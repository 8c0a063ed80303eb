import { readFileSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { buildSync } from 'esbuild';

/** One file of the page, as it is served below `/console/`. */
export interface ConsoleFile {
  /** `index.html`, or `assets/` and a name with a hash of the content. */
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

const SOURCE = join(import.meta.dirname, 'src');
/** Only names files: nothing is written. */
const OUT = join(import.meta.dirname, 'dist');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Bundles the page. What is not needed for the first screen is a file of its own. Synchronous, as CDK's bundling is. */
export function buildConsole(): readonly ConsoleFile[] {
  const { outputFiles } = buildSync({
    entryPoints: ['app.tsx', 'style.css', 'icon.svg'].map((name) => join(SOURCE, name)),
    outdir: OUT,
    write: false,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.svg': 'copy' },
    entryNames: 'assets/[name]-[hash]',
    chunkNames: 'assets/[name]-[hash]',
    legalComments: 'none',
    logLevel: 'error',
  });
  const assets = outputFiles.map(({ path, contents }) => ({
    name: relative(OUT, path).replaceAll('\\', '/'),
    contentType: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
    content: contents,
  }));
  return [pageOf(assets.map(({ name }) => name)), ...assets];
}

/** The page, with the names of its files. */
function pageOf(names: readonly string[]): ConsoleFile {
  const template = readFileSync(join(SOURCE, 'index.html'), 'utf8');
  const html = template.replace(/\{\{(\w+)\}\}/g, (_, entry: string) => {
    const name = names.find((each) => basename(each).startsWith(`${entry}-`));
    if (name === undefined) throw new Error(`the console has no file ${entry}`);
    return name;
  });
  return { name: 'index.html', contentType: 'text/html; charset=utf-8', content: new TextEncoder().encode(html) };
}
