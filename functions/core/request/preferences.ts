import * as z from 'zod/mini';
import { escapeInvisible } from '../invisible.ts';
import { byteLength, depthExceeds, isJsonObject, type JsonObject, MAX_JSON_DEPTH, plainNumber } from '../json.ts';

/** Preferences as canonical JSON may take this many bytes. */
export const MAX_PREFERENCES_BYTES = 64 * 1024;

/** Enhancement choices as the caller sent them. A field that is left out keeps the value of the image's last enhancement. */
export type Preferences = JsonObject;

// The vendor documents `LOW_CLOUD_LOW_SAT`, `authentic` and `modern` on other pages than "Reprocessing".
export const CLOUD_TYPES = ['CLEAR', 'LOW_CLOUD', 'HIGH_CLOUD', 'LOW_CLOUD_LOW_SAT'];
export const ENHANCE_TYPES = ['property', 'property_usa', 'warm', 'neutral', 'authentic', 'modern'];

const text = z.optional(z.string('a string'));
const toggle = z.optional(z.boolean('true or false'));
const toggleOrNull = z.optional(z.nullable(z.boolean('true, false or null')));
const objectOrNull = z.optional(z.nullable(z.record(z.string(), z.unknown(), 'an object or null')));

/**
 * The fields that the vendor documents (page "Reprocessing"; `hdr` is in its sample only). Each schema's message says what is
 * allowed. Unknown fields are passed on unchanged, and so are unknown values of `ai_version`, `cloud_type` and `enhance_type`:
 * the vendor may add them before we do, and refuses wrong ones itself.
 */
export const preferencesSchema = z.looseObject(
  {
    ai_version: z.optional(z.string('a string that is not empty').check(z.minLength(1, 'a string that is not empty'))),
    cloud_type: z.optional(z.nullable(z.string('a string or null'))),
    enhance: toggle,
    enhance_type: text,
    finetune_settings: objectOrNull,
    hdr: toggle,
    image_name: text,
    lens_correction: toggle,
    metadata: objectOrNull,
    order_id: text,
    privacy: toggleOrNull,
    rating: z.optional(
      z.int('an integer from 0 to 5').check(z.gte(0, 'an integer from 0 to 5'), z.lte(5, 'an integer from 0 to 5')),
    ),
    sky_replacement: toggle,
    threesixty: toggle,
    upscale: toggle,
    vertical_correction: toggle,
    window_pull: toggleOrNull,
  },
  'an object',
);

/** What is wrong with one field: `rating must be an integer from 0 to 5, got 7`. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export type ParsedPreferences =
  | { readonly ok: true; readonly preferences: Preferences }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Checks the type and range of known fields. Returns the caller's object unchanged. */
export function parsePreferences(value: unknown): ParsedPreferences {
  if (!isJsonObject(value)) return refuse('an object', shown(value));
  if (depthExceeds(value, MAX_JSON_DEPTH)) return refuse(`at most ${MAX_JSON_DEPTH} levels deep`, 'more');
  const size = byteLength(JSON.stringify(value));
  if (size > MAX_PREFERENCES_BYTES) {
    return refuse(`at most ${MAX_PREFERENCES_BYTES} bytes of JSON`, `${size} bytes`);
  }
  const parsed = preferencesSchema.safeParse(withPlainNumbers(value));
  if (parsed.success) return { ok: true, preferences: value };
  const problems = parsed.error.issues.map((issue) => {
    const field = String(issue.path[0]);
    return { field, message: `${field} must be ${issue.message}, got ${shown(value[field])}` };
  });
  return { ok: false, problems: firstOfEach(problems) };
}

/** For validation only: `4.0` counts as an integer, but is passed on as `4.0`. */
function withPlainNumbers(preferences: Preferences): Preferences {
  return Object.fromEntries(Object.entries(preferences).map(([field, value]) => [field, plainNumber(value)]));
}

function refuse(allowed: string, received: string): ParsedPreferences {
  const message = `preferences must be ${allowed}, got ${received}`;
  return { ok: false, problems: [{ field: 'preferences', message }] };
}

function firstOfEach(problems: readonly FieldProblem[]): readonly FieldProblem[] {
  return [...new Map(problems.toReversed().map((problem) => [problem.field, problem])).values()].toReversed();
}

const SHOWN_CHARACTERS = 60;

/** A value for an error message: shortened, with invisible characters escaped. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (isJsonObject(value)) return 'an object';
  // Only the beginning of a long text is shown, so only that is escaped.
  const json = escapeInvisible(
    JSON.stringify(typeof value === 'string' ? value.slice(0, SHOWN_CHARACTERS * 2) : value),
  );
  return json.length <= SHOWN_CHARACTERS ? json : `${beginningOf(json, SHOWN_CHARACTERS - 3)}…`;
}

/** Cuts between characters and escapes, never within one. */
function beginningOf(json: string, length: number): string {
  let beginning = '';
  for (const [unit] of json.matchAll(/\\u[0-9a-f]{4}|\\.|./gsu)) {
    if (beginning.length + unit.length > length) break;
    beginning += unit;
  }
  return beginning;
}

/**
 * Warnings about combinations that the vendor's documentation discourages and the endpoint accepts. Only the fields in the
 * request count: the values of fields left out are not known here.
 */
export function preferenceWarnings(preferences: Preferences): readonly string[] {
  const { ai_version: version, enhance_type: style, cloud_type: cloud, window_pull: windows } = preferences;
  const major = majorVersion(version);
  const warnings: string[] = [];
  if (typeof style === 'string' && !ENHANCE_TYPES.includes(style)) {
    warnings.push(
      `enhance_type ${shown(style)} is passed on, but the documented values are ${ENHANCE_TYPES.join(', ')}`,
    );
  }
  if (typeof cloud === 'string' && !CLOUD_TYPES.includes(cloud)) {
    warnings.push(`cloud_type ${shown(cloud)} is passed on, but the documented values are ${CLOUD_TYPES.join(', ')}`);
  }
  if (major !== undefined && major >= 4 && (style === 'property' || style === 'property_usa')) {
    warnings.push(
      `enhance_type ${style} is meant for ai_version below 4.0, got ${shown(version)}: use warm or neutral`,
    );
  }
  if (major !== undefined && major < 4 && (style === 'warm' || style === 'neutral')) {
    warnings.push(
      `enhance_type ${style} is meant for ai_version 4.0 and above, got ${shown(version)}: use property or property_usa`,
    );
  }
  if (typeof cloud === 'string' && preferences.sky_replacement !== true) {
    warnings.push(`cloud_type ${shown(cloud)} takes effect only together with sky_replacement true`);
  }
  if (major !== undefined && major < 4 && windows === true) {
    warnings.push(`window_pull is meant for ai_version 4.0 and above, got ${shown(version)}`);
  }
  return warnings;
}

/** 4 for `4.7`, `4.x` and `4`; undefined for `latest` and the like. */
function majorVersion(version: unknown): number | undefined {
  const match = typeof version === 'string' ? /^v?(\d{1,3})(\.(\d+|x))*$/i.exec(version) : null;
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
