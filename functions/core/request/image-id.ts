/** Valid as an SQS message group and as one segment of a URL path, both without escaping. */
export const IMAGE_ID = /^[A-Za-z0-9._~-]{1,128}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const IMAGE_ID_RULE = '1 to 128 of the characters A-Z a-z 0-9 . _ ~ -, and not "." or ".."';

/** As Autoenhance's own ids are, though nothing says that all of them will be. */
export function isUuid(imageId: string): boolean {
  return UUID.test(imageId);
}

/** The image id as the service compares it (a UUID in lower case); undefined when the value is not valid. */
export function parseImageId(value: unknown): string | undefined {
  if (typeof value !== 'string' || !IMAGE_ID.test(value) || value === '.' || value === '..') return undefined;
  return isUuid(value) ? value.toLowerCase() : value;
}
