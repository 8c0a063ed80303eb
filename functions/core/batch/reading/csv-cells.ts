import { hasInvisible } from '../../invisible.ts';
import { jsonIfAny } from '../../json.ts';
import { sameLetters } from '../../request/field-suggestions.ts';
import { CLOUD_TYPES, ENHANCE_TYPES, preferencesSchema, shown } from '../../request/preferences.ts';

/** A cell that does not say what its column takes. */
export class WrongCell {
  /** What was wrong, what came, and what to write. */
  readonly detail: string;

  constructor(detail: string) {
    this.detail = detail;
  }
}

/** What a cell says that is not empty. */
export type ReadCell = (cell: string) => unknown;

const fields: Readonly<Record<string, { safeParse(value: unknown): { readonly success: boolean } }>> =
  preferencesSchema.shape;

const CHOICES: Readonly<Record<string, readonly string[]>> = { cloud_type: CLOUD_TYPES, enhance_type: ENHANCE_TYPES };
/** Texts that are compared, and not read by people: what cannot be seen in one makes it another one. */
const COMPARED = ['ai_version', 'cloud_type', 'enhance_type', 'order_id'];

/**
 * How the contract types the cells of a field: as text, or as what they say. A field that the contract does not know is
 * text, but for `true` and `false`: a number would lose its zeros.
 */
export function readerOf(name: string): ReadCell {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) return (cell) => booleanOf(cell) ?? cell;
  const takes = (value: unknown) => field.safeParse(value).success;
  const orNull = (read: ReadCell): ReadCell => (takes(null) ? (cell) => (isNull(cell) ? null : read(cell)) : read);
  if (takes('text')) return orNull(textReader(name));
  if (takes(true)) return orNull(booleanReader(name, takes(null)));
  return orNull((cell) => numberOf(cell) ?? (cell.startsWith('{') ? jsonIfAny(cell) : undefined) ?? cell);
}

/** What stands in metadata is its owner's, and stays text; settings are numbers where they look like numbers. */
export function memberReaderOf(object: string, member: string): ReadCell {
  if (object === 'metadata') return (cell) => cell;
  const name = `${object}.${member}`;
  return (cell) => booleanOf(cell) ?? numberOf(cell) ?? wrongNumber(name, cell) ?? cell;
}

function textReader(name: string): ReadCell {
  const choices = CHOICES[name] ?? [];
  const isCompared = COMPARED.includes(name);
  return (cell) => {
    if (!isCompared) return cell;
    if (hasInvisible(cell)) {
      return new WrongCell(`${name} must hold no character that cannot be seen, got ${shown(cell)}: write it again`);
    }
    return choices.includes(cell) ? cell : (sameLetters(cell, choices) ?? cell);
  };
}

/** Whoever writes `yes`, 1 or WAHR means one of two things, but which of them is theirs to say. */
function booleanReader(name: string, isNullable: boolean): ReadCell {
  const allowed = isNullable ? 'true, false or null' : 'true or false';
  return (cell) =>
    booleanOf(cell) ?? new WrongCell(`${name} must be ${allowed}, got ${shown(cell)}: write true or false`);
}

/** Spreadsheets write TRUE for true. */
function booleanOf(cell: string): boolean | undefined {
  if (cell.length > 5) return undefined;
  const word = cell.toLowerCase();
  return word === 'true' || (word === 'false' ? false : undefined);
}

function isNull(cell: string): boolean {
  return cell.length === 4 && cell.toLowerCase() === 'null';
}

/** As spreadsheets write one, `5E-05` and `.5` too. With zeros before it, it is a text. */
const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** Undefined for what is no number, or one that JavaScript would change. */
function numberOf(cell: string): number | undefined {
  if (!NUMBER.test(cell)) return undefined;
  const digits = cell.replace(/e.*/i, '').replaceAll(/\D/g, '');
  const value = Number(cell);
  const isLost = !Number.isFinite(value) || (value === 0 && /[1-9]/.test(digits));
  return digits.length > 15 || isLost ? undefined : value;
}

/** A number as people of many countries write it: with a comma, a sign between thousands, a percent, a typographer's minus. */
const LOCAL_NUMBER = /^[+\-−–]?(?:\d{1,3}(?:[.,'’\s]\d{3})+|\d*)(?:[.,]\d*)?(?:e[+-]?\d+)?\s*%?$/iu;
const NOT_IN_JSON = /[,'’\s%−–]|\..*\./u;

function wrongNumber(name: string, cell: string): WrongCell | undefined {
  if (!/\d/.test(cell) || !LOCAL_NUMBER.test(cell) || !NOT_IN_JSON.test(cell)) return undefined;
  const rule = `${name} must be a number with a point and digits alone, such as 1.5`;
  const advice = /^[+-]?\d*,\d+$/.test(cell) ? whatToWrite(cell) : '';
  return new WrongCell(`${rule}, got ${shown(cell)}${advice}`);
}

/** Three digits behind a comma may be thousands. */
function whatToWrite(cell: string): string {
  const ways = [cell.replace(',', '.'), ...(/[1-9]\d{0,2},\d{3}$/.test(cell) ? [cell.replace(',', '')] : [])];
  return `: write ${ways.join(' or ')}`;
}

/** A cell without the blanks around it, of whatever kind. What has no width is no blank, and stays. */
export function trimmed(cell: string): string {
  let start = 0;
  let end = cell.length;
  while (start < end && isBlank(cell.charCodeAt(start))) start += 1;
  while (end > start && isBlank(cell.charCodeAt(end - 1))) end -= 1;
  return cell.slice(start, end);
}

function isBlank(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code === 0x85 || /[\p{Z}]/u.test(String.fromCharCode(code));
}
