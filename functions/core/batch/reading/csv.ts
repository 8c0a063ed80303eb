import { type JsonObject, parseJson } from '../../json.ts';
import { IMAGE_ID_RULE, parseImageId } from '../../request/image-id.ts';
import { preferencesSchema, shown } from '../../request/preferences.ts';
import { UnreadableFile } from './file-text.ts';
import { checkLineRequest, type LineRequest, type Refusal } from './parsed-line.ts';

/** Columns that say something of the request itself; every other one is a preference. */
const OWN_COLUMNS = ['image_id', 'not_after', 'api_version'];
/** Preferences that are objects: a column `metadata.listing` sets `listing` within `metadata`. */
const OBJECTS = ['metadata', 'finetune_settings'];

const fields: Readonly<Record<string, { safeParse(value: unknown): { readonly success: boolean } }>> =
  preferencesSchema.shape;

/** Turns the cells of one record into what it asks for; undefined when every cell is empty. @param original the record as it came */
export type ReadRow = (
  cells: readonly string[],
  original: string,
) => { readonly request: LineRequest } | { readonly refusal: Refusal } | undefined;

/**
 * The column names of a header line.
 * @throws UnreadableFile when no line below it could be understood
 */
export function parseHeader(cells: readonly string[]): readonly string[] {
  const names = cells.map((cell) => cell.trim());
  if (!names.includes('image_id')) {
    const came = shown(names.join(','));
    throw new UnreadableFile(
      `the first line must name the columns, image_id among them, separated by commas; got ${came}`,
    );
  }
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) < index);
  if (twice !== undefined)
    throw new UnreadableFile(`every column must have a name of its own, got ${shown(twice)} twice`);
  const both = OBJECTS.find((object) => names.includes(object) && names.some((name) => name.startsWith(`${object}.`)));
  if (both !== undefined) {
    throw new UnreadableFile(`the columns must be either ${both} or ${both}.…, got both`);
  }
  return names;
}

/** @param names a header's columns; what stands in one without a name cannot be meant, and is refused */
export function createReadRow(names: readonly string[]): ReadRow {
  const imageColumn = names.indexOf('image_id');
  const notAfterColumn = names.indexOf('not_after');
  const apiVersionColumn = names.indexOf('api_version');
  const columns = columnsOf(names);
  const hasUnnamed = names.includes('');

  return (cells, original) => {
    if (cells.every((cell) => cell.trim() === '')) return undefined;
    const refuse = (detail: string, imageId?: string) => ({
      refusal: { detail, original, ...(imageId !== undefined && { imageId }) },
    });
    const imageId = parseImageId(cells[imageColumn]?.trim());
    if (imageId === undefined) return refuse(`image_id must be ${IMAGE_ID_RULE}, got ${shown(cells[imageColumn])}`);
    if (cells.length !== names.length) {
      return refuse(`a line must have as many cells as the header, ${names.length}, got ${cells.length}`, imageId);
    }
    const unnamed = hasUnnamed ? cells.findIndex((cell, index) => names[index] === '' && cell !== '') : -1;
    if (unnamed !== -1) return refuse(`cell ${unnamed + 1} must be empty, since its column has no name`, imageId);
    const beside = {
      notAfter: cells[notAfterColumn] || undefined,
      apiVersion: cells[apiVersionColumn]?.trim() || undefined,
    };
    return checkLineRequest(imageId, preferencesOf(columns, cells), beside, refuse);
  };
}

/** A column that sets a preference, or a member of one. */
interface Column {
  readonly index: number;
  /** `metadata` of `metadata.listing`; undefined where the column is the preference. */
  readonly object: string | undefined;
  readonly name: string;
  readonly read: (cell: string) => unknown;
}

function columnsOf(names: readonly string[]): readonly Column[] {
  return names.flatMap((name, index) => {
    if (name === '' || OWN_COLUMNS.includes(name)) return [];
    const object = OBJECTS.find((each) => name.startsWith(`${each}.`));
    if (object === undefined) return { index, object, name, read: readerOf(name) };
    return { index, object, name: name.slice(object.length + 1), read: innerReaderOf(object) };
  });
}

function preferencesOf(columns: readonly Column[], cells: readonly string[]): JsonObject {
  const members: [string, unknown][] = [];
  const nested = new Map<string, [string, unknown][]>();
  for (const { index, object, name, read } of columns) {
    const cell = cells[index];
    if (cell === undefined || cell === '') continue;
    let target = object === undefined ? members : nested.get(object);
    if (target === undefined) {
      target = [];
      nested.set(object ?? '', target);
    }
    target.push([name, read(cell)]);
  }
  for (const [object, inner] of nested) members.push([object, Object.fromEntries(inner)]);
  return Object.fromEntries(members);
}

/**
 * How the contract types the cells of a field: as text, or as what they say. A field that the contract does not know is
 * text, but for `true` and `false`: a number would lose its zeros.
 */
function readerOf(name: string): Column['read'] {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) return (cell) => (typeof literalOf(cell) === 'boolean' ? literalOf(cell) : cell);
  const takes = (value: unknown) => field.safeParse(value).success;
  if (!takes('text')) return (cell) => literalOf(cell) ?? (takes(null) && isNull(cell) ? null : cell);
  return takes(null) ? (cell) => (isNull(cell) ? null : cell) : (cell) => cell;
}

/** What stands in metadata is its owner's, and stays text; settings are numbers where they look like numbers. */
function innerReaderOf(object: string): Column['read'] {
  if (object === 'metadata') return (cell) => cell;
  return (cell) => {
    const literal = literalOf(cell);
    return typeof literal === 'object' ? cell : (literal ?? cell);
  };
}

function isNull(cell: string): boolean {
  return cell.trim().toLowerCase() === 'null';
}

/** What a cell says if it is no text: spreadsheets write TRUE for true. */
function literalOf(cell: string): unknown {
  const word = cell.trim();
  if (/^(true|false)$/i.test(word)) return word.toLowerCase() === 'true';
  if (/^-?(0|[1-9]\d{0,14})(\.\d{1,14})?$/.test(word)) return Number(word);
  if (!word.startsWith('{')) return undefined;
  try {
    return parseJson(word);
  } catch {
    return undefined;
  }
}
