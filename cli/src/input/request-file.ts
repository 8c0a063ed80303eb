import { createWriteStream, openAsBlob, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { BEGINNING_BYTES, type Kind, kindOf } from './beginning.ts';
import type { ColumnMap } from './column-map.ts';
import { decoded, encodingOf, linesOf, refuseOtherThanUtf8 } from './decode.ts';
import { preferencesOf, type Setting } from './preferences.ts';
import { refuseUnusable } from './refuse-unusable.ts';
import { rewriteCsv } from './rewrite-csv.ts';
import { completed, parseJson, rewriteIds, rewriteNdjson } from './rewrite-lines.ts';
import { temporaryFolder } from './temporary.ts';

/** A file as the service gets it. */
export interface RequestFile {
  readonly content: Blob;
  readonly name: string;
  readonly kind: 'csv' | 'ndjson' | 'json';
}

export interface Changes {
  readonly settings: readonly Setting[];
  readonly map: ColumnMap;
}

/** Makes a request file of what a person has. It is streamed from the disk, also when it is changed. @throws CommandError */
export async function readRequestFile(path: string, changes: Changes, context: Context): Promise<RequestFile> {
  const source = path === '-' ? await savedStdin(context) : path;
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory()) {
    throw usageError(`${path}: it is a folder: name a file`);
  }
  const name = path === '-' ? 'stdin' : basename(path);
  const file = await requestFileOf(source, name, changes);
  await refuseUnusable(file, name);
  return file;
}

async function requestFileOf(source: string, name: string, changes: Changes): Promise<RequestFile> {
  if (/\.xlsx$/i.test(name)) return tableOfWorkbook(source, name, changes);
  refuseOther(name);
  const beginning = await beginningOf(source);
  const encoding = encodingOf(beginning);
  const kind = kindOf(name, new TextDecoder(encoding).decode(beginning));
  // Of what is no text, the service says best what it is.
  if (encoding === 'utf-8' && !beginning.includes(0)) {
    await refuseOtherThanUtf8(source, name, kind === 'csv' ? 'save it as "CSV UTF-8"' : 'save it in UTF-8');
  }
  const isAsItIs = changes.settings.length === 0 && changes.map.size === 0 && kind !== 'ids' && encoding === 'utf-8';
  if (isAsItIs) return fileOf(source, name, kind);
  return written(rewritten(decoded(source, encoding), kind, changes), name, kind === 'csv' ? 'csv' : 'ndjson');
}

const OTHER_KINDS: Readonly<Record<string, string>> = {
  '.xls': 'save it as .xlsx or as "CSV UTF-8"',
  '.ods': 'save it as .xlsx or as "CSV UTF-8"',
  '.numbers': 'export it as .xlsx or as CSV',
  '.zip': 'unpack it, and name a file that is in it',
  '.gz': 'unpack it first',
};

/** What the service knows by its name. */
const SENT_KINDS = ['.csv', '.ndjson', '.jsonl', '.json'];
const KINDS = [...SENT_KINDS, '.tsv', '.txt', ''];

function refuseOther(name: string): void {
  const extension = extname(name).toLowerCase();
  if (KINDS.includes(extension)) return;
  const advice = OTHER_KINDS[extension] ?? 'save it as one of these';
  throw usageError(`${name} must be .csv, .tsv, .xlsx, .ndjson, .json or .txt: ${advice}`);
}

async function savedStdin({ stdin }: Context): Promise<string> {
  if (stdin.isTTY) throw usageError('- reads a request file from a pipe, and this is a terminal: name a file');
  const file = join(temporaryFolder(), 'stdin');
  await pipeline(stdin, createWriteStream(file));
  return file;
}

async function beginningOf(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(BEGINNING_BYTES), 0, BEGINNING_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

async function tableOfWorkbook(source: string, name: string, { map, settings }: Changes): Promise<RequestFile> {
  const { csvOfXlsx } = await import('./read-xlsx.ts');
  return written(rewriteCsv(csvOfXlsx(source), map, settings), name, 'csv');
}

function rewritten(text: AsyncIterable<string>, kind: Kind, { map, settings }: Changes): AsyncIterable<string> {
  const preferences = preferencesOf(settings);
  if (kind === 'csv') return rewriteCsv(text, map, settings);
  if (kind === 'ids') return rewriteIds(linesOf(text), preferences);
  if (kind === 'ndjson') return rewriteNdjson(linesOf(text), map, preferences);
  return rewriteDocument(text, map, preferences);
}

/** An array of requests, one a line. */
async function* rewriteDocument(text: AsyncIterable<string>, map: ColumnMap, preferences: Record<string, unknown>) {
  const value = documentOf(await whole(text));
  if (!Array.isArray(value)) throw usageError('with --set or --map, a .json file must be an array of requests');
  for (const row of value) {
    yield `${JSON.stringify(typeof row === 'string' ? { image_id: row, preferences } : completed(Object(row), map, preferences))}\n`;
  }
}

async function whole(text: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const part of text) all += part;
  return all;
}

function documentOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw usageError(`the file is not JSON: ${(cause as Error).message}`, cause);
  }
}

async function written(text: AsyncIterable<string>, name: string, kind: 'csv' | 'ndjson'): Promise<RequestFile> {
  const file = join(temporaryFolder(), 'requests');
  await pipeline(text, createWriteStream(file));
  return fileOf(file, named(name, kind), kind);
}

async function fileOf(path: string, name: string, kind: RequestFile['kind']): Promise<RequestFile> {
  const isKnown = SENT_KINDS.includes(extname(name).toLowerCase());
  return { content: await openAsBlob(path), name: isKnown ? name : named(name, kind), kind };
}

const named = (name: string, kind: RequestFile['kind']) => `${basename(name, extname(name))}.${kind}`;
