import type { Preferences } from '../../request/preferences.ts';

/** What the requests of a list have in common. */
export interface SharedRequest {
  readonly preferences: Preferences;
  readonly notAfter?: unknown;
  readonly apiVersion?: unknown;
}

/** Bytes of a request file that is made in memory. */
export const MAX_MADE_BYTES = 50 * 1024 * 1024;

/** Requests as a request file of one JSON value a line, with every digit that they came with; undefined when it would be too long. */
export function contentOfRequests(requests: readonly unknown[]): Uint8Array | undefined {
  return joined(requests.map((request) => JSON.stringify(request)));
}

/** One request for each image, all with the same preferences; undefined when the file would be too long. */
export function contentOfImages(imageIds: readonly unknown[], shared: SharedRequest): Uint8Array | undefined {
  const { preferences, notAfter: not_after, apiVersion: api_version } = shared;
  // Written once, since a list may name a hundred thousand images.
  const rest = JSON.stringify({ preferences, not_after, api_version }).slice(1);
  const perLine = Buffer.byteLength(rest) + '{"image_id":'.length;
  if (perLine * imageIds.length > MAX_MADE_BYTES) return undefined;
  return joined(imageIds.map((imageId) => `{"image_id":${JSON.stringify(imageId)},${rest}`));
}

function joined(lines: readonly string[]): Uint8Array | undefined {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return bytes.length > MAX_MADE_BYTES ? undefined : bytes;
}
