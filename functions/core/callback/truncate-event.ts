import { escapeForSqs } from '../escape-for-sqs.ts';
import { byteLength, isJsonObject, type JsonObject, MAX_JSON_DEPTH, parseJson } from '../json.ts';

/** What Standard Webhooks recommends at most. */
export const MAX_PAYLOAD_BYTES = 20 * 1024;
/** An event has the endpoint's response within its own levels. */
const MAX_DEPTH = MAX_JSON_DEPTH + 8;

/**
 * An event that fits a callback. A longer one loses its longest members: `data.cut` names them, and `dataref` (a CloudEvents
 * extension) leads to the whole.
 * @param json the CloudEvent as text
 * @param whole path of the API at which the whole can be read
 */
export function truncateEvent(json: string, whole: string): string {
  if (byteLength(json) <= MAX_PAYLOAD_BYTES) return json;
  const event = parseJson(json, MAX_DEPTH) as JsonObject;
  const cut: string[] = [];
  let text = json;
  for (const path of longestFirst(event.data)) {
    cut.push(path);
    const data = { ...without(event.data as JsonObject, cut), cut };
    text = escapeForSqs(JSON.stringify({ ...event, dataref: whole, data }));
    if (byteLength(text) <= MAX_PAYLOAD_BYTES) break;
  }
  return text;
}

/** The members of the data, and of its request, by their length. */
function longestFirst(data: unknown): readonly string[] {
  const { request, ...members } = data as JsonObject;
  const inRequest = isJsonObject(request) ? Object.entries(request) : [];
  const all = [...Object.entries(members), ...inRequest.map(([name, value]) => [`request.${name}`, value] as const)];
  const lengths = all.map(([path, value]) => ({ path, bytes: byteLength(JSON.stringify(value)) }));
  return lengths.sort((one, other) => other.bytes - one.bytes).map(({ path }) => path);
}

function without(data: JsonObject, paths: readonly string[]): JsonObject {
  const left = (members: JsonObject, prefix: string) =>
    Object.fromEntries(Object.entries(members).filter(([name]) => !paths.includes(`${prefix}${name}`)));
  const { request } = data;
  return { ...left(data, ''), ...(isJsonObject(request) && { request: left(request, 'request.') }) };
}
