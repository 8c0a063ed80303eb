import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapping } from 'node:module';

// Every bundle runs this first (infra/constructs/bundled-entry.ts). Error stacks then show our source files and lines. Node's
// own --enable-source-maps reads the map whenever a bundle is loaded, which adds a quarter of the loading time and 9 MB. Here
// the map is read only when an error is logged.

interface Bundle {
  readonly map: SourceMap;
  readonly lines: readonly string[];
}

/** A place in a bundle, counted from 1 as V8 does. */
interface Place {
  readonly line: number;
  readonly column: number;
}

const bundles = new Map<string, Bundle | undefined>();

Error.prepareStackTrace = (error, frames) =>
  [head(error), ...frames.map((frame) => `    at ${shown(frame)}`)].join('\n');

function head(error: Error): string {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}

/** A frame with its place in our source, or V8's own text if there is no map. */
function shown(frame: NodeJS.CallSite): string {
  const bundle = bundleOf(frame.getFileName() ?? '');
  const origin = bundle && originOf(bundle, placeOf(frame.getLineNumber(), frame.getColumnNumber()));
  if (origin === undefined) return String(frame);
  const name = nameOf(bundle, frame);
  const where = `${origin.originalSource}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
  return `${frame.isAsync() ? 'async ' : ''}${name === undefined ? where : `${name} (${where})`}`;
}

/** Possible text before a function's name. The name of `a=()=>…` and of a class ends one character before the function. */
const BEFORE_NAMES = ['', 'async ', 'function ', 'async function '];

/** A function's name in our source. V8 has the minified name, and the map translates it. */
function nameOf(bundle: Bundle | undefined, frame: NodeJS.CallSite): string | undefined {
  const short = frame.getFunctionName();
  if (bundle === undefined || !short) return undefined;
  const { line, column } = placeOf(frame.getEnclosingLineNumber(), frame.getEnclosingColumnNumber());
  const offsets = [-short.length - 1, ...BEFORE_NAMES.map((before) => before.length)];
  const offset = offsets.find((by) => bundle.lines[line - 1]?.startsWith(short, column - 1 + by));
  if (offset === undefined) return undefined;
  return originOf(bundle, { line, column: column + offset })?.name ?? short;
}

const placeOf = (line: number | null, column: number | null): Place => ({ line: line ?? 1, column: column ?? 1 });

function originOf({ map }: Bundle, { line, column }: Place): (SourceMapping & { readonly name?: string }) | undefined {
  const entry = map.findEntry(line - 1, column - 1);
  return 'originalSource' in entry ? entry : undefined;
}

/** @param file a URL */
function bundleOf(file: string): Bundle | undefined {
  if (!bundles.has(file)) bundles.set(file, readBundle(file));
  return bundles.get(file);
}

function readBundle(file: string): Bundle | undefined {
  try {
    const read = (url: string) => readFileSync(new URL(url), 'utf8');
    return { map: new SourceMap(JSON.parse(read(`${file}.map`))), lines: read(file).split('\n') };
  } catch {
    // For example, Node's own files have no map.
    return undefined;
  }
}
