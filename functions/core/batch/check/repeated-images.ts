import { hash } from 'node:crypto';
import { canonicalJson } from '../../json.ts';
import type { BatchCheck, RepeatedImage } from '../batch.ts';
import type { LineRequest } from '../reading/parsed-line.ts';
import { createImageTable, imageKeyOf } from './image-table.ts';
import { createSample } from './sample.ts';

/** The images that the lines of a file name. */
export interface RepeatedImages {
  /** @param asked as `askedOf` gives it */
  add(line: number, imageId: string, asked: number): void;
  readonly found: Pick<BatchCheck, 'repeatedImages' | 'differingImages' | 'repeats'>;
  /** At most so many of the images, each as likely as any other; always the same ones of the same file. */
  readonly sample: readonly string[];
}

const SHOWN_IMAGES = 10;
const SHOWN_LINES = 5;

/** Tells what lines ask for apart. @returns 32 bits of a hash */
export function askedOf({ preferences, apiVersion = '' }: Omit<LineRequest, 'imageId'>): number {
  return hash('sha256', `${apiVersion} ${canonicalJson(preferences)}`, 'buffer').readUInt32LE(0);
}

/** @param sampleSize the most images that `sample` has */
export function createRepeatedImages(sampleSize: number): RepeatedImages {
  const table = createImageTable();
  const sample = createSample(sampleSize);
  const shown = new Map<string, { lines: number[]; count: number; differs: boolean }>();
  let repeatedImages = 0;
  let differingImages = 0;

  return {
    add(line, imageId, asked) {
      const key = imageKeyOf(imageId);
      const repeat = table.add(key, line, asked);
      if (repeat === undefined) {
        sample.add(key.high, imageId);
        return;
      }
      if (repeat.isSecond) repeatedImages += 1;
      if (repeat.isFirstToDiffer) differingImages += 1;
      if (repeat.isSecond && shown.size < SHOWN_IMAGES) {
        shown.set(imageId, { lines: [repeat.firstLine], count: 1, differs: false });
      }
      const image = shown.get(imageId);
      if (image === undefined) return;
      image.count += 1;
      image.differs ||= repeat.differs;
      if (image.lines.length < SHOWN_LINES) image.lines.push(line);
    },
    get found() {
      const repeats = [...shown].map(([image_id, image]): RepeatedImage => ({ image_id, ...image }));
      return { repeatedImages, differingImages, repeats };
    },
    get sample() {
      return sample.items;
    },
  };
}
