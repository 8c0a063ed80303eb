import type { JsonObject } from '../../json.ts';
import { IMAGE_ID_RULE, parseImageId } from '../../request/image-id.ts';
import { shown } from '../../request/preferences.ts';
import { memberReaderOf, type ReadCell, readerOf, trimmed, WrongCell } from './csv-cells.ts';
import { OBJECTS, OWN_COLUMNS } from './csv-header.ts';
import { checkLineRequest, type LineRequest, type Refusal } from './parsed-line.ts';

/** Turns the cells of one record into what it asks for; undefined when every cell is empty. @param original the record as it came */
export type ReadRow = (
  cells: readonly string[],
  original: string,
) => { readonly request: LineRequest } | { readonly refusal: Refusal } | undefined;

/** @param names a header's columns; what stands in one without a name cannot be meant, and is refused */
export function createReadRow(names: readonly string[]): ReadRow {
  const imageColumn = names.indexOf('image_id');
  const notAfterColumn = names.indexOf('not_after');
  const apiVersionColumn = names.indexOf('api_version');
  const columns = columnsOf(names);
  const hasUnnamed = names.includes('');

  /** What stands where it cannot be meant. A cell that is missing is empty, and an empty one too many is nothing. */
  function misplaced(cells: readonly string[]): string | undefined {
    const beyond = cells.length > names.length ? cells.findLastIndex((cell) => cell !== '') : -1;
    if (beyond >= names.length) {
      const rule = `a line must have no more cells than the header, ${names.length}`;
      return `${rule}, got ${shown(cells[beyond])} in cell ${beyond + 1}: put a text that holds the separator in quotes`;
    }
    const unnamed = hasUnnamed ? cells.findIndex((cell, index) => names[index] === '' && cell !== '') : -1;
    return unnamed === -1 ? undefined : `cell ${unnamed + 1} must be empty, since its column has no name`;
  }

  return (given, original) => {
    const cells = given.map(trimmed);
    if (cells.every((cell) => cell === '')) return undefined;
    const refuse = (detail: string, imageId?: string) => ({
      refusal: { detail, original, ...(imageId !== undefined && { imageId }) },
    });
    const imageId = parseImageId(cells[imageColumn]);
    if (imageId === undefined) return refuse(`image_id must be ${IMAGE_ID_RULE}, got ${shown(cells[imageColumn])}`);
    const problem = misplaced(cells);
    if (problem !== undefined) return refuse(problem, imageId);
    const { preferences, problems } = preferencesOf(columns, cells);
    const beside = {
      notAfter: cells[notAfterColumn] || undefined,
      apiVersion: cells[apiVersionColumn] || undefined,
    };
    return checkLineRequest(imageId, preferences, beside, refuse, problems);
  };
}

/** A column that sets a preference, or a member of one. */
interface Column {
  readonly index: number;
  /** `metadata` of `metadata.listing`; undefined where the column is the preference. */
  readonly object: string | undefined;
  readonly name: string;
  readonly read: ReadCell;
}

function columnsOf(names: readonly string[]): readonly Column[] {
  return names.flatMap((name, index) => {
    if (name === '' || OWN_COLUMNS.includes(name)) return [];
    const object = OBJECTS.find((each) => name.startsWith(`${each}.`));
    if (object === undefined) return { index, object, name, read: readerOf(name) };
    const member = name.slice(object.length + 1);
    return { index, object, name: member, read: memberReaderOf(object, member) };
  });
}

function preferencesOf(
  columns: readonly Column[],
  cells: readonly string[],
): { readonly preferences: JsonObject; readonly problems: readonly string[] } {
  const members: [string, unknown][] = [];
  const nested = new Map<string, [string, unknown][]>();
  const problems: string[] = [];
  for (const { index, object, name, read } of columns) {
    const cell = cells[index];
    if (cell === undefined || cell === '') continue;
    const value = read(cell);
    if (value instanceof WrongCell) {
      problems.push(value.detail);
      continue;
    }
    let target = object === undefined ? members : nested.get(object);
    if (target === undefined) {
      target = [];
      nested.set(object ?? '', target);
    }
    target.push([name, value]);
  }
  for (const [object, inner] of nested) members.push([object, Object.fromEntries(inner)]);
  return { preferences: Object.fromEntries(members), problems };
}
