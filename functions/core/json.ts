/** A parsed JSON object whose members are not known yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** Containers (arrays, objects) may stand this deep in one another: deeper text is an attack on recursive code, not data. */
export const MAX_JSON_DEPTH = 64;

/** What to tell of a RangeError of {@link parseJson}; the engine's own words speak of its stack. */
export const TOO_DEEP = `JSON may nest at most ${MAX_JSON_DEPTH} levels deep`;

// Numbers that a double may not hold, or that JavaScript would write longer than they came (1e20): only then is the slower
// parse worth its cost. A number begins the text, or follows one of these; most ids in strings (UUIDs with `3e8`) do not.
const MAY_CHANGE = /(?:^|[:[,\s])-?(?:[\d.]{16}|[\d.]+[eE])/;

// `JSON.rawJSON` and the reviver's third argument are in Node 24 (ECMAScript proposal "JSON.parse source text access"),
// but not yet in TypeScript's library.
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const Json = JSON as unknown as {
  parse(text: string, reviver?: Reviver): unknown;
  rawJSON(source: string): object;
  isRawJSON(value: unknown): boolean;
};

/**
 * Parses JSON so that `JSON.stringify` writes every number back as it came: one that a double cannot hold (a 64-bit id in
 * the caller's metadata) is kept as raw JSON text.
 * @throws SyntaxError when the text is not JSON
 * @throws RangeError when containers nest deeper than `maxDepth`
 */
export function parseJson(text: string, maxDepth = MAX_JSON_DEPTH): unknown {
  const value = MAY_CHANGE.test(text) ? Json.parse(text, keepDigits) : JSON.parse(text);
  if (depthExceeds(value, maxDepth)) {
    throw new RangeError(TOO_DEEP);
  }
  return value;
}

const keepDigits: Reviver = (_key, value, { source }) => {
  if (typeof value !== 'number' || source === undefined || isExact(value, source)) return value;
  return Json.rawJSON(source);
};

// A double holds every number of 15 digits.
function isExact(value: number, source: string): boolean {
  return String(value) === source || (!/[eE]/.test(source) && source.replace(/\D/g, '').length <= 15);
}

/** Whether a value is a JSON object: no array, no null, no number kept as raw text. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Json.isRawJSON(value);
}

/** The same JSON text for the same content: members sorted by name, no white space. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${members.join(',')}}`;
}

// Goes no deeper than the limit, so that just the input it is to find does not overflow the stack.
export function depthExceeds(value: unknown, limit: number): boolean {
  if (!isContainer(value)) return false;
  return limit === 0 || Object.values(value).some((member) => depthExceeds(member, limit - 1));
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Json.isRawJSON(value);
}

/** UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The longest beginning of a text that fits so many UTF-8 bytes and cuts no character in two. */
export function firstBytes(text: string, limit: number): string {
  if (byteLength(text) <= limit) return text;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Buffer.from(text.slice(0, limit), 'utf8').subarray(0, limit),
    { stream: true },
  );
}
