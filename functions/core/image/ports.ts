import type { Limits } from '../ports.ts';

export const PICTURES = ['original', 'enhanced'] as const;

/** An image's picture: as it was uploaded, or as its last enhancement made it. */
export type PictureKind = (typeof PICTURES)[number];

export interface Picture {
  /** `image/jpeg` and the like. */
  readonly contentType: string;
  /** The file, in Base64. */
  readonly content: string;
}

export interface Pictures {
  /**
   * The preview of a picture. The full size is never asked for: that would buy it.
   * @throws ProcessError
   */
  readPreview(imageId: string, kind: PictureKind, limits: Limits): Promise<Picture>;
}
