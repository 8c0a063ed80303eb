import type { Images } from './images.ts';
import { validate } from './validation.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Which of the endpoint's two calls a request is. */
export interface Route {
  readonly call: 'process' | 'read';
  readonly imageId: string;
}

export interface EndpointRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly key: 'right' | 'wrong' | 'missing';
  readonly body: string;
}

export interface Endpoint {
  /** Responds as the documentation of Autoenhance's endpoint says. `acted`: an enhancement began. */
  respond(request: EndpointRequest): Reply & { readonly acted: boolean };
}

const METHODS = { process: 'POST', read: 'GET' } as const;

/** @param acceptAnyImage an unknown image is added by its first call, instead of a 404 */
export function createEndpoint({ images, acceptAnyImage }: { images: Images; acceptAnyImage: boolean }): Endpoint {
  function process(imageId: string, { contentType, body }: EndpointRequest): Reply & { acted: boolean } {
    // Not documented, and perhaps stricter than the real endpoint: it reveals a client that forgets the header.
    if (!contentType.startsWith('application/json')) return refuse(415, 'Unsupported Media Type', 'send JSON');
    const validated = validate(body);
    if ('refused' in validated) return { ...json(422, validated.refused), acted: false };
    const record = images.process(imageId, validated.preferences);
    return record === undefined ? unknownImage(imageId) : { ...json(200, record), acted: true };
  }

  return {
    respond(request) {
      const route = routeOf(request.path);
      if (route === undefined) return refuse(404, 'Not Found', `${request.path} is no path of this endpoint`);
      // The vendor's page shows PATCH in its sample and POST in its specification, and later corrected the sample.
      const allowed = METHODS[route.call];
      if (request.method !== allowed) {
        return { ...refuse(405, 'Method Not Allowed', `use ${allowed}`), headers: { ...JSON_TYPE, allow: allowed } };
      }
      if (request.key !== 'right') return refuse(401, 'Unauthorized', `the API key is ${request.key}`);
      if (acceptAnyImage && !images.has(route.imageId)) images.add({ id: route.imageId });
      if (route.call === 'process') return process(route.imageId, request);
      const record = images.read(route.imageId);
      return record === undefined ? unknownImage(route.imageId) : { ...json(200, record), acted: false };
    },
  };
}

export function routeOf(path: string): Route | undefined {
  const [, segment, process] = /^\/v3\/images\/([^/]+)(\/process)?$/.exec(path) ?? [];
  const imageId = segment === undefined ? undefined : decoded(segment);
  return imageId === undefined ? undefined : { call: process === undefined ? 'read' : 'process', imageId };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

export function json(status: number, content: unknown): Reply {
  return { status, headers: JSON_TYPE, body: JSON.stringify(content) };
}

/** The documented shape of the endpoint's errors. */
function refuse(status: number, message: string, detail: string): Reply & { acted: false } {
  return { ...json(status, { message, detail }), acted: false };
}

function unknownImage(imageId: string): Reply & { acted: false } {
  return refuse(404, 'Image not found', `there is no image ${imageId}`);
}
