import { usageError } from '../command-error.ts';
import { type ColumnMap, letters } from './column-map.ts';

type Members = Readonly<Record<string, unknown>>;

/** One request a line, with what `--set` says where a line says nothing. What is not JSON stays, for the service to refuse. */
export async function* rewriteNdjson(lines: AsyncIterable<string>, map: ColumnMap, preferences: Members) {
  const missing = new Set(map.keys());
  for await (const line of lines) {
    const row = parsed(line);
    for (const name of Object.keys(row ?? {}))
      for (const other of missing) if (letters(other) === letters(name)) missing.delete(other);
    yield row === undefined ? line : `${JSON.stringify(completed(row, map, preferences))}\n`;
  }
  const [other] = missing;
  if (other !== undefined) throw usageError(`--map names ${other}, and no line of the file has it`);
}

/** An id a line. */
export async function* rewriteIds(lines: AsyncIterable<string>, preferences: Members) {
  for await (const line of lines) {
    const image_id = line.trim();
    yield image_id === '' ? '\n' : `${JSON.stringify({ image_id, preferences })}\n`;
  }
}

export function completed(row: Members, map: ColumnMap, preferences: Members): Members {
  const named = Object.entries(row).map(([name, value]) => [nameOf(name, map), value] as const);
  const members = Object.fromEntries(named);
  return { ...members, preferences: { ...preferences, ...(members.preferences as Members | undefined) } };
}

function nameOf(name: string, map: ColumnMap): string {
  return [...map].find(([other]) => letters(other) === letters(name))?.[1] ?? name;
}

function parsed(line: string): Members | undefined {
  try {
    const value = parseJson(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}

type RawJson = { rawJSON(text: string): unknown };

/** Keeps every digit of a number. */
export function parseJson(text: string): unknown {
  const keep = (_name: string, value: unknown, { source = '' }: { source?: string } = {}) =>
    typeof value === 'number' && String(value) !== source ? (JSON as unknown as RawJson).rawJSON(source) : value;
  return JSON.parse(text, keep as (name: string, value: unknown) => unknown);
}
