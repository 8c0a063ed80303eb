import { escapeForSqs } from '../escape-for-sqs.ts';
import { byteLength, isJsonObject, type JsonObject, MAX_JSON_DEPTH, parseJson } from '../json.ts';

/** What Standard Webhooks recommends at most. */
export const MAX_PAYLOAD_BYTES = 20 * 1024;
/** An event has the endpoint's response within its own levels. */
const MAX_DEPTH = MAX_JSON_DEPTH + 8;

/** Of what is cut, so many members are named, and so many characters of each name. */
const MOST_NAMED = 20;
const MOST_OF_NAME = 100;

/**
 * An event that fits a callback. A longer one loses its longest members: `data.cut` names the first of them, and `dataref` (a
 * CloudEvents extension) leads to the whole.
 * @param json the CloudEvent as text
 * @param whole path of the API at which the whole can be read
 */
export function truncateEvent(json: string, whole: string): string {
  if (byteLength(json) <= MAX_PAYLOAD_BYTES) return json;
  const event = parseJson(json, MAX_DEPTH) as JsonObject;
  const paths = longestFirst(event.data);
  const without = (count: number) => {
    const cut = paths.slice(0, Math.min(count, MOST_NAMED));
    const data = { ...withoutAll(event.data as JsonObject, new Set(paths.slice(0, count))), cut: cut.map(shortened) };
    return escapeForSqs(JSON.stringify({ ...event, dataref: whole, data }));
  };
  // By halves: there may be thousands of members.
  let [fewest, most] = [1, paths.length];
  while (fewest < most) {
    const middle = Math.floor((fewest + most) / 2);
    if (byteLength(without(middle)) <= MAX_PAYLOAD_BYTES) most = middle;
    else fewest = middle + 1;
  }
  return without(fewest);
}

const shortened = (path: string) => (path.length > MOST_OF_NAME ? `${path.slice(0, MOST_OF_NAME)}…` : path);

/** The members of the data, and of its request, by their length with their names. */
function longestFirst(data: unknown): readonly string[] {
  const { request, ...members } = data as JsonObject;
  const inRequest = isJsonObject(request) ? Object.entries(request) : [];
  const all = [...Object.entries(members), ...inRequest.map(([name, value]) => [`request.${name}`, value] as const)];
  const lengths = all.map(([path, value]) => ({ path, bytes: byteLength(JSON.stringify([path, value])) }));
  return lengths.sort((one, other) => other.bytes - one.bytes).map(({ path }) => path);
}

function withoutAll(data: JsonObject, paths: ReadonlySet<string>): JsonObject {
  const left = (members: JsonObject, prefix: string) =>
    Object.fromEntries(Object.entries(members).filter(([name]) => !paths.has(`${prefix}${name}`)));
  const { request } = data;
  return { ...left(data, ''), ...(isJsonObject(request) && { request: left(request, 'request.') }) };
}
