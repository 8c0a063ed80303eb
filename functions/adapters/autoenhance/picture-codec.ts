import type { Picture, PictureKind } from '../../core/image/ports.ts';
import {
  CLIENT_HEADERS,
  type Encoded,
  type Endpoint,
  headersOf,
  refusalOf,
  unusable,
  urlOf,
} from './endpoint-codec.ts';
import type { HttpResponse } from './http-request.ts';

/** In Base64, within the 6 MB that Lambda answers with. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Wide enough for a screen. */
const MAX_WIDTH = 1600;
const ACCEPTED = 'image/*, application/json;q=0.5';

/** `GET /v3/images/{id}/original` or `/enhanced`, always with `preview=true`: the full size would be bought. */
export function encodeReadPreview(endpoint: Endpoint, apiKey: string, imageId: string, kind: PictureKind): Encoded {
  const url = `${urlOf(endpoint, imageId)}/${kind}?preview=true&max_width=${MAX_WIDTH}`;
  return { ...encodeFile(url), headers: { ...headersOf(endpoint, apiKey), accept: ACCEPTED } };
}

/** The file that a redirect leads to. It gets no key: it is another host's. */
export function encodeFile(url: string): Encoded {
  const headers = { accept: ACCEPTED, ...CLIENT_HEADERS };
  return { method: 'GET', url, headers, body: '', maxResponseBytes: MAX_BYTES, asBytes: true };
}

/** Where a response redirects to: over TLS, unless the endpoint itself has none. Undefined when it does not. */
export function redirectOf({ status, headers }: HttpResponse, from: string): string | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || !location || !URL.canParse(location, from)) return undefined;
  const target = new URL(location, from);
  const allowed = from.startsWith('https:') ? ['https:'] : ['https:', 'http:'];
  return allowed.includes(target.protocol) ? target.href : undefined;
}

/** What a browser shows as a picture. */
const PICTURE_TYPE = /^image\/(jpeg|png|webp|svg\+xml)$/;

/** @param now epoch ms. @throws ProcessError for every status but 2xx, and for what is no picture */
export function decodePicture(response: HttpResponse, now: number): Picture {
  const { status, headers, body, truncated } = response;
  if (status < 200 || status > 299) throw refusalOf(response, now);
  const contentType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!truncated && PICTURE_TYPE.test(contentType)) {
    return { contentType, content: Buffer.from(body, 'latin1').toString('base64') };
  }
  const flaw = truncated ? `its picture broke off or is longer than ${MAX_BYTES} bytes` : 'its response is no picture';
  throw unusable(response, flaw);
}
