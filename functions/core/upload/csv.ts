import { IMAGE_ID_RULE, parseImageId } from '../image-id.ts';
import { type JsonObject, parseJson } from '../json.ts';
import { preferencesSchema, shown } from '../preferences.ts';
import { checkedWish, type Refusal, type Wish } from './parsed-line.ts';
import { UnreadableFile } from './text.ts';

/** Columns that say something of the request itself; every other one is a preference. */
const OWN_COLUMNS = ['image_id', 'not_after'];
/** Preferences that are objects: a column `metadata.listing` sets `listing` within `metadata`. */
const OBJECTS = ['metadata', 'finetune_settings'];

const fields: Readonly<Record<string, { safeParse(value: unknown): { readonly success: boolean } }>> =
  preferencesSchema.shape;

/** Turns the cells of one record into what it asks for; undefined when every cell is empty. */
export type ReadRow = (cells: readonly string[]) => { readonly wish: Wish } | { readonly refusal: Refusal } | undefined;

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

  return (cells) => {
    if (cells.every((cell) => cell.trim() === '')) return undefined;
    const refuse = (detail: string, imageId?: string) => ({
      refusal: { detail, original: csvText(cells), ...(imageId !== undefined && { imageId }) },
    });
    const imageId = parseImageId(cells[imageColumn]?.trim());
    if (imageId === undefined) return refuse(`image_id must be ${IMAGE_ID_RULE}, got ${shown(cells[imageColumn])}`);
    if (cells.length !== names.length) {
      return refuse(`a line must have as many cells as the header, ${names.length}, got ${cells.length}`, imageId);
    }
    const unnamed = cells.findIndex((cell, index) => names[index] === '' && cell !== '');
    if (unnamed !== -1) return refuse(`cell ${unnamed + 1} must be empty, since its column has no name`, imageId);
    return checkedWish(imageId, preferencesOf(names, cells), cells[notAfterColumn] || undefined, refuse);
  };
}

function preferencesOf(names: readonly string[], cells: readonly string[]): JsonObject {
  const members: [string, unknown][] = [];
  const nested = new Map<string, [string, unknown][]>();
  for (const [index, name] of names.entries()) {
    const cell = cells[index] ?? '';
    if (cell === '' || name === '' || OWN_COLUMNS.includes(name)) continue;
    const object = OBJECTS.find((each) => name.startsWith(`${each}.`));
    if (object === undefined) {
      members.push([name, typedCell(name, cell)]);
      continue;
    }
    let inner = nested.get(object);
    if (inner === undefined) {
      inner = [];
      nested.set(object, inner);
    }
    inner.push([name.slice(object.length + 1), innerCell(object, cell)]);
  }
  for (const [object, inner] of nested) members.push([object, Object.fromEntries(inner)]);
  return Object.fromEntries(members);
}

/**
 * A cell as the contract types its field. What a field does not take stays text, so that the refusal shows what came. A
 * field that the contract does not know is text, but for `true` and `false`: a number would lose its zeros.
 */
function typedCell(name: string, cell: string): unknown {
  const literal = literalOf(cell);
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) return typeof literal === 'boolean' ? literal : cell;
  const isText = literal !== null && field.safeParse(cell).success;
  return literal !== undefined && !isText && field.safeParse(literal).success ? literal : cell;
}

/** What stands in metadata is its owner's, and stays text; settings are numbers where they look like numbers. */
function innerCell(object: string, cell: string): unknown {
  if (object === 'metadata') return cell;
  const literal = literalOf(cell);
  return literal === undefined || typeof literal === 'object' ? cell : literal;
}

/** What a cell says if it is no text: spreadsheets write TRUE for true. */
function literalOf(cell: string): unknown {
  const word = cell.trim();
  if (/^(true|false|null)$/i.test(word)) return JSON.parse(word.toLowerCase());
  if (/^-?(0|[1-9]\d{0,14})(\.\d{1,14})?$/.test(word)) return Number(word);
  if (!word.startsWith('{')) return undefined;
  try {
    return parseJson(word);
  } catch {
    return undefined;
  }
}

/** A record as CSV again, for its uploader to recognise. */
function csvText(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}
