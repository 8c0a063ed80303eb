/** A parsed JSON object whose members are not known yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** The deepest nesting of arrays and objects. Deeper text is an attack on recursive code, not data. */
export const MAX_JSON_DEPTH = 64;

/** The message for a RangeError of {@link parseJson}. The engine's own message is about its stack. */
export const TOO_DEEP = `JSON may nest at most ${MAX_JSON_DEPTH} levels deep`;

// Finds numbers that JavaScript may write differently: 16 characters and more, an exponent, zeros at the end of a fraction, -0,
// and numbers small enough to get an exponent. Only these need the slower parse. A number begins the text or follows one of
// these characters, so that most ids (UUIDs with `3e8`) and times (`:00.000Z`) within strings do not match.
const MAY_CHANGE =
  /(?:^|[:[,\s])(?:-?[\d.]{16}|-?[\d.]+[eE][+\-\d]|-?\d+\.\d*0(?=[,\]}\s]|$)|-?0\.000000|-0(?=[,\]}\s]|$))/;

// `JSON.rawJSON` and the reviver's third argument are in Node 24 (ECMAScript proposal "JSON.parse source text access"),
// but not yet in TypeScript's library.
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const Json = JSON as unknown as {
  parse(text: string, reviver?: Reviver): unknown;
  rawJSON(source: string): object;
  isRawJSON(value: unknown): boolean;
};

/**
 * Parses JSON so that `JSON.stringify` writes every number back unchanged. A number that JavaScript would write differently
 * (a 64-bit id in the caller's metadata, `1.0`) is kept as raw JSON text. A byte order mark is ignored (RFC 8259, 8.1).
 * @throws SyntaxError when the text is not JSON
 * @throws RangeError when containers nest deeper than `maxDepth`
 */
export function parseJson(text: string, maxDepth = MAX_JSON_DEPTH): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const value = MAY_CHANGE.test(json) ? Json.parse(json, keepLiteral) : JSON.parse(json);
  if (depthExceeds(value, maxDepth)) {
    throw new RangeError(TOO_DEEP);
  }
  return value;
}

const keepLiteral: Reviver = (_key, value, { source }) =>
  typeof value !== 'number' || source === undefined || String(value) === source ? value : Json.rawJSON(source);

/** Converts a number that is kept as raw text to a JavaScript number. Returns any other value unchanged. */
export function plainNumber(value: unknown): unknown {
  return Json.isRawJSON(value) ? JSON.parse(JSON.stringify(value)) : value;
}

/** The value of a text that may be no JSON, or nested too deep: then undefined, which no JSON is. */
export function jsonIfAny(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

export function isJson(text: string): boolean {
  return jsonIfAny(text) !== undefined;
}

/** Whether a value is a JSON object: not an array, null or a number kept as raw text. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Json.isRawJSON(value);
}

/**
 * Equal content gives equal JSON text: members sorted by name, no white space, `1` for `1.0`. Undefined members are left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return canonicalScalar(JSON.stringify(value));
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${members.join(',')}}`;
}

// A double represents every number of 15 digits exactly. Longer numbers are not compared by value.
function canonicalScalar(json: string): string {
  const isShortNumber = /^-?[\d.]{1,16}$/.test(json) && json.replace(/\D/g, '').length <= 15;
  return isShortNumber ? JSON.stringify(JSON.parse(json)) : json;
}

// Recurses no deeper than the limit, so that deep input does not overflow the stack here.
export function depthExceeds(value: unknown, limit: number): boolean {
  if (!isContainer(value)) return false;
  if (limit === 0) return true;
  for (const name in value) if (depthExceeds(value[name], limit - 1)) return true;
  return false;
}

function isContainer(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Json.isRawJSON(value);
}

/** UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The longest beginning of a text that fits so many UTF-8 bytes without splitting a character. */
export function firstBytes(text: string, limit: number): string {
  if (byteLength(text) <= limit) return text;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Buffer.from(text.slice(0, limit), 'utf8').subarray(0, limit),
    { stream: true },
  );
}
