import type { Context } from 'aws-lambda';
import { ownerOf } from '../core/access.ts';
import { batchIdFor, type CreateBatch, type NewBatch } from '../core/batch/creating/create-batch.ts';
import { contentOfImages } from '../core/batch/creating/list-content.ts';
import { type ChosenImages, chooseImages, type Order, type Orders } from '../core/batch/creating/order.ts';
import type { ViewBatch } from '../core/batch/viewing/view-batch.ts';
import type { ImageRecords } from '../core/completion/ports.ts';
import type { Pictures } from '../core/image/ports.ts';
import type { Partner } from '../core/partner-keys.ts';
import type { Clock, Limits, Metrics } from '../core/ports.ts';
import { BadRequest } from '../lambda/bad-request.ts';
import { checkedResponse, createdResponse, encodeLeftOut } from '../lambda/batch-responses.ts';
import { createHttpHandler, type HttpResponse, unknownRouteResponse } from '../lambda/http.ts';
import type { PartnerEvent } from '../lambda/partner-authentication.ts';
import { type OrderInput, parseId, parseOrderInput, parsePictureKind } from './event.ts';
import { fingerprintOfOrder } from './fingerprint.ts';
import { createLookAtImage, type LookAtImageParts } from './look-at-image.ts';
import {
  imageResponse,
  nothingToSendResponse,
  pictureResponse,
  refusedOrder,
  unreadOrderResponse,
} from './responses.ts';
import { KNOWN_ROUTES, routeOf } from './routes.ts';

export interface OrderApiParts extends LookAtImageParts {
  readonly images: ImageRecords & Pictures;
  readonly orders: Orders;
  readonly createBatch: CreateBatch;
  readonly viewBatch: ViewBatch;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'flush'>;
}

/** Has all images of an order processed again, as one batch, and shows images. It only reads from Autoenhance. */
export function createOrderApiHandler(parts: OrderApiParts) {
  const { orders, images, createBatch, viewBatch, clock, metrics } = parts;
  const lookAtImage = createLookAtImage(parts);

  async function route(event: PartnerEvent, limits: Limits): Promise<HttpResponse> {
    const { method, path } = event.requestContext.http;
    const found = routeOf(event);
    if (found === undefined || event.partner === undefined) return unknownRouteResponse(method, path, KNOWN_ROUTES);
    if (found.name === 'reprocess') return reprocess(parseOrderInput(event, found.id), event.partner, limits);
    const imageId = parseId('image', found.id);
    if (found.name === 'read_image') {
      return lookAtImage(imageId, event.partner, limits, async () =>
        imageResponse((await images.read(imageId, limits)).response),
      );
    }
    const kind = parsePictureKind(event);
    return lookAtImage(imageId, event.partner, limits, async () =>
      pictureResponse(await images.readPreview(imageId, kind, limits)),
    );
  }

  async function reprocess(input: OrderInput, caller: Partner, limits: Limits): Promise<HttpResponse> {
    const known = await standing(input, caller, limits);
    if (known !== undefined) return createdResponse(known, viewBatch, limits);
    const order = await read(input.orderId, limits);
    if ('statusCode' in order) return order;
    const refused = refusedOrder(order);
    if (refused !== undefined) return refused;
    const chosen = chooseImages(order, input.only);
    const content = contentOfImages(chosen.imageIds, input);
    if (chosen.imageIds.length === 0) return nothingToSendResponse(order, chosen.leftOut);
    if (content === undefined) throw new BadRequest(413, TOO_MUCH);
    return hand(input, newBatch(input, caller, { order, chosen, content }), chosen, limits);
  }

  /** A repeated call is known by what it asks for: the order itself may have changed since, and need not be read again. */
  async function standing({ idempotencyKey, isDryRun, ...input }: OrderInput, caller: Partner, limits: Limits) {
    if (idempotencyKey === undefined || isDryRun) return undefined;
    const fingerprint = fingerprintOfOrder(input);
    const batchId = batchIdFor({ owner: ownerOf(caller), idempotencyKey, name: '', fingerprint });
    return createBatch.standing({ batchId, fingerprint }, limits);
  }

  async function read(orderId: string, limits: Limits): Promise<Order | HttpResponse> {
    try {
      return await orders.readOrder(orderId, limits);
    } catch (error) {
      return unreadOrderResponse(error);
    }
  }

  async function hand(input: OrderInput, wanted: NewBatch, { leftOut }: ChosenImages, limits: Limits) {
    const more = encodeLeftOut(leftOut);
    if (!input.isDryRun) return createdResponse(await createBatch.create(wanted, limits), viewBatch, limits, more);
    const { check, pace } = await createBatch.check(wanted, limits);
    return checkedResponse(check, pace, more);
  }

  const handle = createHttpHandler(clock, route);
  return async (event: PartnerEvent, context: Context, invocation: { readonly signal: AbortSignal }) =>
    handle(event, context, invocation).finally(metrics.flush);
}

const TOO_MUCH = 'the preferences are too long for so many images: hand the order over in parts, by only.image_ids';

interface Read {
  readonly order: Order;
  readonly chosen: ChosenImages;
  readonly content: Uint8Array;
}

function newBatch(input: OrderInput, caller: Partner, { order, chosen, content }: Read): NewBatch {
  const owner = ownerOf(caller);
  const name = input.name ?? order.name ?? `order ${order.orderId}`;
  const { idempotencyKey } = input;
  // Without a key, a batch is what it holds: images that were added since make another one.
  const fingerprint = fingerprintOfOrder(idempotencyKey === undefined ? { ...input, images: chosen.imageIds } : input);
  const batchId = batchIdFor({ owner, idempotencyKey, name, fingerprint });
  const partner = owner === undefined ? {} : { partner: owner };
  return { batchId, name, source: 'order', format: 'ndjson', content, fingerprint, ...partner };
}
