import type { NewImage } from './images.ts';

/** The images that every sandbox has. */
export const KNOWN_IMAGES = {
  /** A new image with defaults only. The id is from the vendor's own example. */
  house: { id: '123e4567-e89b-12d3-a456-426614174000' },
  /** Enhanced before, with a sky of its own. */
  garden: {
    id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    preferences: {
      ai_version: '4.7',
      cloud_type: 'CLEAR',
      enhance_type: 'warm',
      image_name: 'garden.jpg',
      scene: 'exterior',
      sky_replacement: true,
    },
  },
  /** Enhanced before, for the window pull, as part of an order. */
  kitchen: {
    id: 'a3bb189e-8bf9-4c2a-9d5e-1f2b3c4d5e6f',
    preferences: {
      ai_version: '4.x',
      enhance_type: 'neutral',
      image_name: 'kitchen.jpg',
      metadata: { listing: 'L-1042' },
      order_id: '0b7e4b4e-6a53-4b86-9a0f-2c1d3e4f5a6b',
      scene: 'interior',
      window_pull: true,
    },
  },
} as const satisfies Readonly<Record<string, NewImage>>;

/** The order that every sandbox has: the kitchen's. */
export const KNOWN_ORDER = { id: KNOWN_IMAGES.kitchen.preferences.order_id, name: 'L-1042', images: [] };
