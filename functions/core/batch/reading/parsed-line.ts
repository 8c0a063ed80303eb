import { firstBytes, isJsonObject, parseJson, TOO_DEEP } from '../../json.ts';
import { API_VERSION_RULE, parseApiVersion } from '../../request/api-version.ts';
import { IMAGE_ID_RULE, parseImageId } from '../../request/image-id.ts';
import { misplacedIn } from '../../request/misplaced.ts';
import { NOT_AFTER_RULE, parseNotAfter } from '../../request/not-after.ts';
import { type Preferences, parsePreferences, shown } from '../../request/preferences.ts';
import type { ReprocessRequest } from '../../request/reprocess-request.ts';
import type { Place } from '../upload.ts';
import { decodeLoosely, decodeUtf8 } from './file-text.ts';
import { MAX_LINE_BYTES, type RawLine } from './line-splitter.ts';

/** What a line asks for. */
export type LineRequest = Pick<ReprocessRequest, 'imageId' | 'preferences' | 'notAfter' | 'apiVersion'>;

/** Why a line is no request. */
export interface Refusal {
  /** What was wrong, what came, and what is allowed. */
  readonly detail: string;
  readonly imageId?: string;
  /** The first 64 KiB of what came. */
  readonly original: string;
  /** True when it says something of the file as a whole, which its uploader should know. */
  readonly concernsFile?: true;
}

export type ParsedLine = {
  readonly line: number;
  readonly next: Place;
  /** As it came, where it is text at all. */
  readonly text?: string;
} & (
  | { readonly request: LineRequest }
  | { readonly refusal: Refusal }
  /** Nothing stands there. */
  | { readonly isBlank: true }
);

/** Some lines of a file, in its order. */
export interface Portion {
  readonly lines: readonly ParsedLine[];
  /** The head of a CSV file, in its first portion. */
  readonly head?: CsvHead;
  /** What is to be said of the file. */
  readonly warnings?: readonly string[];
}

export interface CsvHead {
  readonly separator: string;
  /** As they came. */
  readonly cells: readonly string[];
}

/** Lines that are parsed at once. */
export const PORTION = 500;

const MEMBERS = ['image_id', 'preferences', 'not_after', 'api_version'];

/** The text of a line, or why it cannot be read. */
export function textOfLine(raw: RawLine): { readonly text: string } | { readonly refusal: Refusal } {
  const text = decodeUtf8(raw.bytes);
  if (text !== undefined && !raw.isUnterminated && !raw.isTooLong) return { text };
  const original = firstBytes(decodeLoosely(raw.bytes), MAX_LINE_BYTES);
  if (raw.isUnterminated) {
    const detail = `line ${raw.line} opens a quote that is never closed: all that follows it was taken for one field`;
    return { refusal: { detail, original, concernsFile: true } };
  }
  if (raw.isTooLong) {
    return { refusal: { ...withSwallowed(raw, `a line must be at most ${MAX_LINE_BYTES} bytes`), original } };
  }
  const detail = `line ${raw.line} is not valid UTF-8: save the file as UTF-8`;
  return { refusal: { detail, original, concernsFile: true } };
}

/** What is wrong with a record, and which lines are lost with it: a quote that is not closed takes in those behind it. */
export function withSwallowed({ line, next }: RawLine, problem: string): Pick<Refusal, 'detail' | 'concernsFile'> {
  if (next.line - line <= 1) return { detail: problem };
  const detail = `${problem}; lines ${line} to ${next.line - 1} were taken for one: is a quote in line ${line} not closed?`;
  return { detail, concernsFile: true };
}

/** A line of JSON. */
export function parseJsonLine(raw: RawLine): ParsedLine {
  const { line, next } = raw;
  const read = textOfLine(raw);
  if ('refusal' in read) return { line, next, refusal: read.refusal };
  // Where files were joined, the second one's mark stands before one of the lines.
  const text = read.text.startsWith('\ufeff') ? read.text.slice(1) : read.text;
  if (text.trim() === '') return { line, next, isBlank: true };
  return { line, next, text, ...lineRequestOfText(text) };
}

function lineRequestOfText(text: string): { readonly request: LineRequest } | { readonly refusal: Refusal } {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const reason = error instanceof RangeError ? TOO_DEEP : `it must be a JSON object, got ${shown(text)}`;
    return { refusal: { detail: `the line is no reprocess request: ${reason}`, original: text } };
  }
  return lineRequestOf(value, () => text);
}

/**
 * A request as a file holds it.
 * @param original what came, as text
 */
export function lineRequestOf(
  value: unknown,
  original: () => string,
): { readonly request: LineRequest } | { readonly refusal: Refusal } {
  const refuse = (detail: string, imageId?: string) => ({
    refusal: { detail, original: firstBytes(original(), MAX_LINE_BYTES), ...(imageId !== undefined && { imageId }) },
  });
  if (!isJsonObject(value)) return refuse(`a request must be a JSON object, got ${shown(value)}`);
  const imageId = parseImageId(value.image_id);
  if (imageId === undefined) return refuse(`image_id must be ${IMAGE_ID_RULE}, got ${shown(value.image_id)}`);
  const unknown = Object.keys(value).filter((name) => !MEMBERS.includes(name));
  if (unknown.length > 0) return refuse(`${MEMBER_RULE}, got also ${shown(unknown.join(', '))}`, imageId);
  return checkLineRequest(
    imageId,
    value.preferences,
    { notAfter: value.not_after, apiVersion: value.api_version },
    refuse,
  );
}

const MEMBER_RULE =
  'a request in a file has image_id, preferences and, if wanted, not_after and api_version (its place in the file is its identity)';

/**
 * @param refuse makes the refusal of this line
 * @param problems what is wrong with it already
 */
export function checkLineRequest<Refused>(
  imageId: string,
  given: unknown,
  beside: { readonly notAfter: unknown; readonly apiVersion: unknown },
  refuse: (detail: string, imageId: string) => Refused,
  problems: readonly string[] = [],
): { readonly request: LineRequest } | Refused {
  const parsed = parsePreferences(given);
  const found = parsed.ok ? problems : [...parsed.problems.map(({ message }) => message), ...problems];
  if (!parsed.ok || found.length > 0) return refuse(found.join('; '), imageId);
  const preferences: Preferences = parsed.preferences;
  const misplaced = misplacedIn(preferences);
  if (misplaced.length > 0) return refuse(`${misplaced.join(', ')} must not stand among the preferences`, imageId);
  const notAfter = parseNotAfter(beside.notAfter);
  if (notAfter === undefined && isGiven(beside.notAfter))
    return refuse(`not_after must be ${NOT_AFTER_RULE}, got ${shown(beside.notAfter)}`, imageId);
  const apiVersion = parseApiVersion(beside.apiVersion);
  if (apiVersion === undefined && isGiven(beside.apiVersion))
    return refuse(`api_version must be ${API_VERSION_RULE}, got ${shown(beside.apiVersion)}`, imageId);
  const optional = { ...(notAfter !== undefined && { notAfter }), ...(apiVersion !== undefined && { apiVersion }) };
  return { request: { imageId, preferences, ...optional } };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
