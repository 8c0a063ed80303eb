import { resembled, sameLetters, suggestionWarning } from '../../request/field-suggestions.ts';
import { preferencesSchema, shown } from '../../request/preferences.ts';
import type { ParseCsv } from '../ports.ts';
import type { Place } from '../upload.ts';
import { trimmed } from './csv-cells.ts';
import { UnreadableFile } from './file-text.ts';
import type { RawLine } from './line-splitter.ts';
import { textOfLine } from './parsed-line.ts';
import type { TextFile } from './text-file.ts';

/** What stands between two cells: one of these, the same in the whole file. */
const SEPARATORS = [',', ';', '\t'] as const;
type Separator = (typeof SEPARATORS)[number];

/** Columns that say something of the request itself; every other one is a preference. */
export const OWN_COLUMNS = ['image_id', 'not_after', 'api_version'];
/** Preferences that are objects: a column `metadata.listing` sets `listing` within `metadata`. */
export const OBJECTS = ['metadata', 'finetune_settings'];
const KNOWN = [...OWN_COLUMNS, ...Object.keys(preferencesSchema.shape)];

const OR_KEEP_IT = 'leave the column out, or name it metadata.… to keep it with the image';

/** Names that mean something in a message, a call or an event of this service, and no preference; and what to do. */
const NO_COLUMNS: Readonly<Record<string, string>> = {
  ...adviceFor(
    ['preferences', 'preference'],
    'give each preference a column of its own, named after it, such as enhance_type',
  ),
  ...adviceFor(
    ['request_id', 'sender_request_id', 'idempotency_key', 'file', 'line'],
    `a line is known by its file and its place there: ${OR_KEEP_IT}`,
  ),
  ...adviceFor(
    ['partner', 'source', 'accepted_at', 'original', 'traceparent', 'prefer'],
    `the service knows it by itself: ${OR_KEEP_IT}`,
  ),
  ...adviceFor(['reprocess_not_after'], 'name it not_after'),
  ...adviceFor(['api_key', 'x_api_key'], 'a key belongs in no file, and the service has its own: leave the column out'),
};

function adviceFor(names: readonly string[], advice: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, advice]));
}

/** The head of a CSV file. */
export interface Head {
  readonly separator: string;
  /** Its cells as they came. */
  readonly cells: readonly string[];
  /** Its columns, each by the name of what it sets; '' for one without a name. */
  readonly names: readonly string[];
  /** What is to be said of names that nobody knows. */
  readonly warnings: readonly string[];
  /** Where the first row begins. */
  readonly next: Place;
}

/**
 * Reads to the end of the header: the first line that is not blank, behind a line `sep=;` as Excel understands it.
 * @returns undefined when the file holds nothing
 * @throws UnreadableFile when no line below it could be understood
 */
export async function readHead(file: TextFile, parseCsv: ParseCsv): Promise<Head | undefined> {
  let declared: Separator | undefined;
  for await (const portion of file.lines({ offset: 0, line: 1 }, SEPARATORS.join(''))) {
    for (const raw of portion) {
      const text = textOfHeader(raw);
      if (trimmed(text) === '') continue;
      const given: string | undefined = declared === undefined ? /^"?sep=(.?)"?[,;\s]*$/i.exec(text)?.[1] : undefined;
      if (given === undefined) return { ...headOf(text, parseCsv, declared), next: raw.next };
      declared = SEPARATORS.find((each) => each === given);
      if (declared !== undefined) continue;
      throw new UnreadableFile(
        `the separator that sep= names must be a comma, a semicolon or a tab, got ${shown(given)}`,
      );
    }
  }
  return undefined;
}

function textOfHeader(raw: RawLine): string {
  const read = textOfLine(raw);
  if ('text' in read) return read.text;
  throw new UnreadableFile(`the first line must name the columns: ${read.refusal.detail}`);
}

/** @param declared what separates the cells; else it is the one by which some column is the image id's */
function headOf(text: string, parseCsv: ParseCsv, declared: Separator | undefined) {
  const separators = declared === undefined ? SEPARATORS : [declared];
  const ways = separators.map((separator) => ({ separator, cells: parseCsv([text], separator)[0] ?? [] }));
  const fitting = ways.find(
    ({ cells }) => !('problem' in cells) && cells.some((cell) => columnOf(cell) === 'image_id'),
  );
  const { separator, cells } = fitting ?? { separator: ',', cells: ways[0]?.cells ?? [] };
  if ('problem' in cells) throw new UnreadableFile(`the first line must name the columns: ${cells.problem}`);
  return { separator, cells, ...parseHeader(cells) };
}

/** @throws UnreadableFile when no line below it could be understood */
export function parseHeader(cells: readonly string[]): Pick<Head, 'names' | 'warnings'> {
  const came = cells.map(trimmed);
  const names = came.map(columnOf);
  refuseInvisible(came);
  refuseWithoutImage(names);
  refuseOurOwn(came);
  refuseWithoutMember(came, names);
  refuseTwice(came, names);
  const both = OBJECTS.find((object) => names.includes(object) && names.some((name) => name.startsWith(`${object}.`)));
  if (both !== undefined) {
    throw new UnreadableFile(`the columns must be either ${both} or ${both}.…, got both`);
  }
  const warnings = names.flatMap((name) => {
    const suggested = suggestedColumn(name);
    return suggested === undefined ? [] : [suggestionWarning(name, suggested)];
  });
  return { names, warnings };
}

/** What a column sets: a known field whatever the case, blanks, dashes and underscores of its name, or the name as it came. */
function columnOf(cell: string): string {
  const name = trimmed(cell);
  const { object, member } = partsOf(name);
  const known = sameLetters(object, OBJECTS);
  if (member !== undefined && known !== undefined) return `${known}.${member}`;
  return sameLetters(name, KNOWN) ?? name;
}

function partsOf(name: string): { readonly object: string; readonly member?: string } {
  const dot = name.indexOf('.');
  return dot === -1 ? { object: name } : { object: name.slice(0, dot), member: name.slice(dot + 1) };
}

/** The known column that is closest to an unknown name; undefined when the name is known or none is close. */
export function suggestedColumn(name: string): string | undefined {
  const { object, member } = partsOf(name);
  if (name === '' || KNOWN.includes(name) || (member !== undefined && OBJECTS.includes(object))) return undefined;
  const resembledObject = member === undefined ? undefined : resembled(object, OBJECTS);
  return resembledObject === undefined ? resembled(name, KNOWN) : `${resembledObject}.${member}`;
}

/** A blank of any kind is none of these: it may stand between two words. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

function refuseInvisible(names: readonly string[]): void {
  const name = names.find((each) => INVISIBLE.test(each));
  if (name === undefined) return;
  const rule = 'the name of a column must stand on one line, and hold no character that cannot be seen';
  throw new UnreadableFile(`${rule}, got ${shown(name)}: write the name again, and close each quote of the first line`);
}

function refuseWithoutImage(names: readonly string[]): void {
  if (names.includes('image_id')) return;
  const near = names.find((name) => resembled(name, ['image_id']) !== undefined);
  const rule =
    'the first line must name the columns, image_id among them, separated by commas, semicolons or tabs; got';
  const hint = near === undefined ? '' : `: did you mean image_id by ${shown(near)}?`;
  throw new UnreadableFile(`${rule} ${shown(names.join(','))}${hint}`);
}

function refuseOurOwn(names: readonly string[]): void {
  for (const name of names) {
    const { object, member } = partsOf(name);
    // `preferences.enhance_type` is how some tools write a member of an object.
    const own = sameLetters(object, member === undefined ? Object.keys(NO_COLUMNS) : ['preferences']);
    if (own !== undefined) throw new UnreadableFile(`the column ${shown(name)} is no preference: ${NO_COLUMNS[own]}`);
  }
}

function refuseWithoutMember(came: readonly string[], names: readonly string[]): void {
  const object = OBJECTS.find((each) => names.includes(`${each}.`));
  if (object === undefined) return;
  const name = came[names.indexOf(`${object}.`)];
  throw new UnreadableFile(`a column must say what it sets in ${object}, such as ${object}.name, got ${shown(name)}`);
}

function refuseTwice(came: readonly string[], names: readonly string[]): void {
  const second = names.findIndex((name, index) => name !== '' && names.indexOf(name) < index);
  if (second === -1) return;
  const [name = '', one, other] = [names[second], came[names.indexOf(names[second] ?? '')], came[second]];
  if (one === other) throw new UnreadableFile(`every column must have a name of its own, got ${shown(one)} twice`);
  throw new UnreadableFile(
    `only one column may set ${shown(name)}, got ${shown(one)} and ${shown(other)}: leave one of them out`,
  );
}
