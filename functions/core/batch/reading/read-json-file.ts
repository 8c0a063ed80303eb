import { escapeInvisible } from '../../invisible.ts';
import { firstBytes, isJsonObject, type JsonObject, jsonIfAny, parseJson, TOO_DEEP } from '../../json.ts';
import type { Limits } from '../../ports.ts';
import { shown } from '../../request/preferences.ts';
import type { UploadStore } from '../ports.ts';
import type { Place, Upload } from '../upload.ts';
import { decodeUtf8, encodingOf, UnreadableFile, utf16Decoder } from './file-text.ts';
import { MAX_LINE_BYTES } from './line-splitter.ts';
import { lineRequestOf, type ParsedLine, PORTION, type Portion } from './parsed-line.ts';

/** A `.json` file cannot be read in parts, and is held as a whole. */
const MAX_JSON_FILE_BYTES = 10 * 1024 * 1024;
/** In memory an empty object takes many times what it takes in the file. Ten megabytes of requests hold a fraction of these. */
const MAX_JSON_VALUES = 2_500_000;
const ITEMS_RULE = 'the file must hold one request or an array of requests';

/** The requests of a file that is one request or an array of them; the nth counts as line n. @throws UnreadableFile */
export async function* readJsonFile(
  store: Pick<UploadStore, 'read'>,
  upload: Upload,
  from: Place,
  limits: Limits,
): AsyncGenerator<Portion> {
  const { bytes, size } = await store.read(upload, 0, MAX_JSON_FILE_BYTES, limits);
  if (size > MAX_JSON_FILE_BYTES) {
    const rule = `a .json file must be at most ${MAX_JSON_FILE_BYTES} bytes`;
    throw new UnreadableFile(`${rule}, got ${size}: give it one request a line, and a name that ends in .ndjson`);
  }
  if (bytes.length === 0) return;
  const items = itemsOf(textOf(bytes));
  for (let start = from.line - 1; start < items.length; start += PORTION) {
    yield { lines: items.slice(start, start + PORTION).map((item, index) => parseItem(item, start + index)) };
  }
}

function textOf(bytes: Uint8Array): string {
  const { name, markBytes } = encodingOf(bytes);
  const content = bytes.subarray(markBytes);
  const decoder = utf16Decoder(name);
  const text = decodeUtf8(name === 'UTF-8' ? content : Buffer.concat([decoder.decode(content), decoder.end()]));
  if (text !== undefined) return text;
  const rule = `the file must be ${name} from beginning to end`;
  throw new UnreadableFile(`${rule}, got bytes that are no character in it: save it again as UTF-8`);
}

function itemsOf(text: string): readonly unknown[] {
  if (text.trim() === '') return [];
  // Each value takes a character at least.
  const values = text.length > MAX_JSON_VALUES ? valuesIn(text) : 0;
  if (values > MAX_JSON_VALUES) {
    const rule = `a .json file must hold at most ${MAX_JSON_VALUES} values`;
    throw new UnreadableFile(`${rule}, got ${values}: give it one request a line, and a name that ends in .ndjson`);
  }
  const value = parsed(text);
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) throw new UnreadableFile(`${ITEMS_RULE}, got ${shown(value)}`);
  refuseWrapper(value);
  return [value];
}

/** Values within objects and lists: each follows one of three characters. One that is empty counts as if it held a value. */
function valuesIn(text: string): number {
  let values = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') isString = !isString;
    else if (isString && character === '\\') at += 1;
    else if (!isString && '{[,'.includes(character)) values += 1;
  }
  return values;
}

/** An object around the requests, or around the image ids, is no request. */
function refuseWrapper(value: JsonObject): void {
  const list = Object.keys(value).find((name) => Array.isArray(value[name]));
  if (list === undefined || 'image_id' in value) return;
  const advice = `put the array of ${shown(list)} alone, with an image_id and preferences in each of its objects`;
  throw new UnreadableFile(`${ITEMS_RULE}, got an object with ${shown(Object.keys(value).join(', '))}: ${advice}`);
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    // The engine's message quotes the input.
    const reason = error instanceof RangeError ? TOO_DEEP : escapeInvisible((error as Error).message);
    const hint = holdsLines(text) ? '; it holds one request a line: give it a name that ends in .ndjson' : '';
    throw new UnreadableFile(`the file must be JSON (one request, or an array of requests): ${reason}${hint}`);
  }
}

function holdsLines(text: string): boolean {
  const [first = ''] = text.trimStart().split(/[\r\n]/, 1);
  return isJsonObject(jsonIfAny(first));
}

function parseItem(item: unknown, index: number): ParsedLine {
  const line = index + 1;
  const place = { line, next: { offset: 0, line: line + 1 } };
  const text = JSON.stringify(item);
  if (Buffer.byteLength(text) > MAX_LINE_BYTES) {
    const detail = `a request must be at most ${MAX_LINE_BYTES} bytes`;
    return { ...place, text, refusal: { detail, original: firstBytes(text, MAX_LINE_BYTES) } };
  }
  return { ...place, text, ...lineRequestOf(item, () => text) };
}
