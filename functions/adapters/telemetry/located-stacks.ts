import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapping } from 'node:module';

// Every bundle runs this first (infra/constructs/bundled-entry.ts): the stacks of its errors then name our files and lines.
// Node's own --enable-source-maps reads the map whenever a bundle is loaded, which takes a quarter of the loading time more and
// 9 MB. Here the first stack that is read does: that of an error on its way to the log.

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

/** A frame by its place in our source; as V8 has it where there is no map. */
function shown(frame: NodeJS.CallSite): string {
  const bundle = bundleOf(frame.getFileName() ?? '');
  const origin = bundle && originOf(bundle, placeOf(frame.getLineNumber(), frame.getColumnNumber()));
  if (origin === undefined) return String(frame);
  const name = nameOf(bundle, frame);
  const where = `${origin.originalSource}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
  return `${frame.isAsync() ? 'async ' : ''}${name === undefined ? where : `${name} (${where})`}`;
}

/** What may stand before a function's own name; that of `a=()=>…` and of a class comes one character before it. */
const BEFORE_NAMES = ['', 'async ', 'function ', 'async function '];

/** A function's name as we wrote it: V8 knows the short one, and the map what is behind it where it was shortened. */
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

/** @param file its URL */
function bundleOf(file: string): Bundle | undefined {
  if (!bundles.has(file)) bundles.set(file, readBundle(file));
  return bundles.get(file);
}

function readBundle(file: string): Bundle | undefined {
  try {
    const read = (url: string) => readFileSync(new URL(url), 'utf8');
    return { map: new SourceMap(JSON.parse(read(`${file}.map`))), lines: read(file).split('\n') };
  } catch {
    // Node's own files have no map.
    return undefined;
  }
}
