import type { BatchCheck, RepeatedImage } from '../batch.ts';
import type { UnlikeIds } from './unlike-ids.ts';

const LATER_ENDS = 'Autoenhance tells of images and not of lines, so some lines may end minutes after their image';

const numbers = (value: number) => value.toLocaleString('en-US');

/** Why a file without any request is refused, and what to do. */
export function emptyRefusal(size: number, isCsv: boolean): string {
  if (size === 0) return 'the file is empty: was it saved before it was sent?';
  if (isCsv)
    return 'the file holds no request: it must have a header that names image_id, and a row for each image below it';
  return 'the file holds no request: it must have one for each image';
}

export function nothingLeftRefusal(total: number, first: BatchCheck['rejections'][number] | undefined): string {
  const lines = total === 1 ? 'the only line is refused' : `all ${numbers(total)} lines are refused`;
  return first === undefined ? lines : `${lines}; line ${first.line}: ${first.detail}`;
}

/** What looks wrong with the images that a file names. */
export function imageWarnings(
  found: Pick<BatchCheck, 'repeatedImages' | 'differingImages' | 'repeats' | 'waitingImages'>,
): readonly string[] {
  const { repeatedImages, differingImages, repeats, waitingImages } = found;
  const warnings: string[] = [];
  if (repeatedImages > 0) {
    const images = repeatedImages === 1 ? '1 image comes' : `${numbers(repeatedImages)} images come`;
    warnings.push(
      `${images} more than once${example(repeats[0])}: each line is sent, in the order of the file. ${LATER_ENDS}`,
    );
  }
  if (differingImages > 0) {
    const images = differingImages === 1 ? '1 image comes' : `${numbers(differingImages)} images come`;
    const differing = repeats.find(({ differs }) => differs);
    warnings.push(`${images} with different preferences${example(differing)}: the last line decides`);
  }
  if (waitingImages !== undefined && waitingImages.waiting > 0) {
    const { waiting, lookedAt } = waitingImages;
    const rule = 'have a request waiting already: theirs in this batch come after it';
    warnings.push(`${numbers(waiting)} of the ${numbers(lookedAt)} images that were looked up ${rule}`);
  }
  return warnings;
}

/** What looks wrong with the form of image ids. */
export function unlikeIdWarnings({ count, first }: UnlikeIds['found']): readonly string[] {
  if (count === 0) return [];
  const ids = count === 1 ? '1 image id is not' : `${numbers(count)} image ids are not`;
  const such = count > first.length ? 'such as ' : '';
  const shown = first.map(({ line, imageId }) => `${imageId} on line ${line}`).join(', ');
  return [`${ids} of the form of the others, which are UUIDs: ${such}${shown}. Look whether this is meant`];
}

function example(image: RepeatedImage | undefined): string {
  if (image === undefined) return '';
  const { image_id: imageId, lines, count } = image;
  const shown = count > lines.length ? `${lines.join(', ')} …` : lines.join(', ').replace(/, (\d+)$/, ' and $1');
  return `, such as ${imageId} on lines ${shown}`;
}
