import { describe, expect, it } from 'vitest';
import { chooseImages, type OnlyImages, type OrderImage } from '../../../../../functions/core/batch/creating/order.ts';

const IMAGES: readonly OrderImage[] = [
  { imageId: 'house', status: 'processed' },
  { imageId: 'garden', status: 'error' },
  { imageId: 'house', status: 'processed' },
  { imageId: undefined, status: 'processed' },
  { imageId: 'attic', status: 'waiting' },
  { imageId: 'new' },
];

const choose = (only: OnlyImages = {}) =>
  chooseImages({ orderId: 'order-1', isMerging: false, isDeleted: false, images: IMAGES }, only);

describe('of the images of an order', () => {
  it('each is taken once, in the order’s own order, and what cannot be is named', () => {
    expect(choose()).toEqual({
      imageIds: ['house', 'garden', 'new'],
      leftOut: [
        { imageId: undefined, reason: 'its record has no valid image_id' },
        { imageId: 'attic', reason: 'its file was never uploaded (status waiting)' },
      ],
    });
  });

  it('those in a status are taken, and the others are not mentioned', () => {
    expect(choose({ status: ['error'] })).toEqual({ imageIds: ['garden'], leftOut: [] });
  });

  it('those that are named are taken, and strangers are mentioned', () => {
    expect(choose({ imageIds: ['garden', 'stranger', 'house'] })).toEqual({
      imageIds: ['house', 'garden'],
      leftOut: [{ imageId: 'stranger', reason: 'it is no image of this order' }],
    });
  });

  it('those that are named and in a status are taken, and the others are no strangers', () => {
    expect(choose({ imageIds: ['garden', 'house'], status: ['error'] })).toEqual({ imageIds: ['garden'], leftOut: [] });
  });
});
