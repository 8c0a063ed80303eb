import type { Images } from './images.ts';
import { pageOf } from './order-page.ts';
import type { Orders } from './orders.ts';
import { drawPicture, type PictureKind } from './picture.ts';
import { validate } from './validation.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Which of the endpoint's calls a request is. */
export type Route =
  | { readonly call: 'process' | 'read'; readonly imageId: string }
  /** A picture, or its file, which is on another host and is called without the key. */
  | { readonly call: 'preview' | 'asset'; readonly imageId: string; readonly kind: PictureKind }
  | { readonly call: 'read_order'; readonly orderId: string }
  | { readonly call: 'list_orders' };

export interface EndpointRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly key: 'right' | 'wrong' | 'missing';
  readonly body: string;
  /** Why the enhancement that it begins will end in `error`. */
  readonly fails?: string | undefined;
}

/** A response; `acted`: the image of which an enhancement began. */
export type EndpointReply = Reply & { readonly acted?: string };

export interface Endpoint {
  /** Responds as the documentation of Autoenhance's endpoint says. */
  respond(request: EndpointRequest): EndpointReply;
}

export const METHODS = {
  process: 'POST',
  read: 'GET',
  preview: 'GET',
  asset: 'GET',
  read_order: 'GET',
  list_orders: 'GET',
} as const;

export interface EndpointParts {
  readonly images: Images;
  readonly orders: Orders;
  /** An unknown image is added by its first call, instead of a 404. */
  readonly acceptAnyImage: boolean;
}

export function createEndpoint({ images, orders, acceptAnyImage }: EndpointParts): Endpoint {
  function process(imageId: string, { contentType, body, fails }: EndpointRequest): EndpointReply {
    // Not documented, and perhaps stricter than the real endpoint: it reveals a client that forgets the header.
    if (!contentType.startsWith('application/json')) return refuse(415, 'Unsupported Media Type', 'send JSON');
    const validated = validate(body);
    if ('refused' in validated) return json(422, validated.refused);
    const record = images.process(imageId, validated.preferences, fails);
    return record === undefined ? unknownImage(imageId) : { ...json(200, record), acted: imageId };
  }

  function read(imageId: string): Reply {
    const record = images.read(imageId);
    return record === undefined ? unknownImage(imageId) : json(200, record);
  }

  /** The vendor's page says that `preview=false` buys the image, and integrations report a redirect. */
  function preview(imageId: string, kind: PictureKind, query: URLSearchParams): Reply {
    const record = images.read(imageId);
    if (record === undefined) return unknownImage(imageId);
    if (['waiting', 'expired'].includes(String(record.status))) return unknownImage(imageId);
    if (query.get('preview') === 'false') images.buy(imageId);
    return { status: 302, headers: { location: `/assets/${encodeURIComponent(imageId)}/${kind}` }, body: '' };
  }

  function asset(imageId: string, kind: PictureKind, key: EndpointRequest['key']): Reply {
    if (key !== 'missing') return refuse(400, 'Bad Request', 'this host is not to be given the API key');
    const record = images.read(imageId);
    if (record === undefined) return unknownImage(imageId);
    return { status: 200, headers: { 'content-type': 'image/svg+xml' }, body: drawPicture(record, kind) };
  }

  function readOrder(orderId: string): Reply {
    const order = orders.read(orderId);
    return order === undefined ? refuse(404, 'Order not found', `there is no order ${orderId}`) : json(200, order);
  }

  function listOrders(query: URLSearchParams): Reply {
    const page = pageOf(query);
    if ('refused' in page) return json(422, page.refused);
    const { orders: list, nextOffset } = orders.list(page.offset, page.perPage);
    const pagination = { offset: page.offset, per_page: page.perPage, next_offset: nextOffset };
    return json(200, { orders: list, pagination });
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
      if (route.call === 'asset') return asset(route.imageId, route.kind, request.key);
      if (request.key !== 'right') return refuse(401, 'Unauthorized', `the API key is ${request.key}`);
      if (route.call === 'list_orders') return listOrders(request.query);
      if (route.call === 'read_order') return readOrder(route.orderId);
      if (acceptAnyImage && !images.has(route.imageId)) images.add({ id: route.imageId });
      if (route.call === 'preview') return preview(route.imageId, route.kind, request.query);
      return route.call === 'process' ? process(route.imageId, request) : read(route.imageId);
    },
  };
}

export function routeOf(path: string): Route | undefined {
  if (/^\/v3\/orders\/?$/.test(path)) return { call: 'list_orders' };
  const picture = pictureOf(path);
  if (picture !== undefined) return picture;
  const [, kind, segment, process] = /^\/v3\/(images|orders)\/([^/]+)(\/process)?$/.exec(path) ?? [];
  const id = segment === undefined ? undefined : decoded(segment);
  if (id === undefined) return undefined;
  if (kind === 'images') return { call: process === undefined ? 'read' : 'process', imageId: id };
  return process === undefined ? { call: 'read_order', orderId: id } : undefined;
}

function pictureOf(path: string): Route | undefined {
  const [, host, segment = '', kind] = /^\/(v3\/images|assets)\/([^/]+)\/(original|enhanced)$/.exec(path) ?? [];
  const imageId = decoded(segment);
  if (host === undefined || imageId === undefined) return undefined;
  return { call: host === 'assets' ? 'asset' : 'preview', imageId, kind: kind as PictureKind };
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
function refuse(status: number, message: string, detail: string): Reply {
  return json(status, { message, detail });
}

function unknownImage(imageId: string): Reply {
  return refuse(404, 'Image not found', `there is no image ${imageId}`);
}
