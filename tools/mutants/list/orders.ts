import type { Mutant } from '../mutant.ts';

const IMAGES = 'test/functions/order-api/images.test.ts';
const CHOICE = 'test/functions/core/batch/order.test.ts';
const ORDER = 'test/functions/order-api/order.test.ts';

/** Orders that become batches, and the look at one image. */
export const ORDERS: readonly Mutant[] = [
  {
    name: 'image-of-an-order-is-shown-to-anybody',
    file: 'functions/order-api/look-at-image.ts',
    find: 'if (!isSeen) return unknownImageResponse();',
    replace: '',
    tests: [IMAGES],
  },
  {
    name: 'image-is-asked-for-while-a-person-has-paused',
    file: 'functions/order-api/look-at-image.ts',
    find: "if (pause?.reason === 'person') return",
    replace: 'if (pause === null) return',
    tests: [IMAGES],
  },
  {
    name: 'order-only-to-be-checked-is-sent',
    file: 'functions/order-api/handler.ts',
    find: 'if (!input.isDryRun) return',
    replace: 'if (input !== undefined) return',
    tests: [ORDER],
  },
  {
    name: 'repeated-call-reads-the-order-again',
    file: 'functions/order-api/handler.ts',
    find: 'if (known !== undefined) return createdResponse',
    replace: 'if (known === null) return createdResponse',
    tests: [ORDER],
  },
  {
    name: 'image-that-was-never-uploaded-is-sent',
    file: 'functions/core/batch/order.ts',
    find: 'else if (reason !== undefined) leftOut',
    replace: 'else if (reason === "") leftOut',
    tests: [ORDER],
  },
  {
    name: 'image-is-not-shown-while-the-limit-is-used-up',
    file: 'functions/order-api/look-at-image.ts',
    find: "if (pause?.reason === 'person') return pausedResponse",
    replace: 'if (pause !== undefined) return pausedResponse',
    tests: [IMAGES],
  },
  {
    name: 'endpoint-that-is-dead-is-asked-for-images',
    file: 'functions/order-api/look-at-image.ts',
    find: 'if (error instanceof ProcessError) permit.complete(error);',
    replace: 'if (error instanceof ProcessError) permit.complete();',
    tests: [IMAGES],
  },
  {
    name: 'picture-may-run-scripts',
    file: 'functions/order-api/responses.ts',
    find: 'const headers = { ...HARMLESS, ',
    replace: 'const headers = { ',
    tests: [IMAGES],
  },
  {
    name: 'picture-of-one-partner-is-kept-for-all',
    file: 'functions/order-api/responses.ts',
    find: "'private, max-age=60'",
    replace: "'public, max-age=60'",
    tests: [IMAGES],
  },
  {
    name: 'proxys-404-counts-as-no-such-order',
    file: 'functions/order-api/responses.ts',
    find: "  // A 404 in another form than Autoenhance's may be a proxy's: it can be asked again.\n  if (error.refusal?.status === 404 && !error.retryable) {",
    replace: '  if (error.refusal?.status === 404) {',
    tests: [ORDER],
  },
  {
    name: 'deleted-order-is-sent',
    file: 'functions/order-api/responses.ts',
    find: "  if (isDeleted) return problem(404, 'the order was deleted at Autoenhance');\n",
    replace: '',
    tests: [ORDER],
  },
  {
    name: 'merging-order-is-sent',
    file: 'functions/order-api/responses.ts',
    find: 'if (!isMerging) return undefined;',
    replace: 'if (isMerging !== undefined) return undefined;',
    tests: [ORDER],
  },
  {
    name: 'image-that-is-named-but-not-there-is-concealed',
    file: 'functions/core/batch/order.ts',
    find: 'leftOut: [...leftOut, ...missing]',
    replace: 'leftOut: [...leftOut, ...missing.slice(missing.length)]',
    tests: [CHOICE],
  },
  {
    name: 'status-that-was-asked-for-is-ignored',
    file: 'functions/core/batch/order.ts',
    find: "status.includes(image.status ?? '')",
    replace: "status.includes(image.status ?? '') || status.length > 0",
    tests: [CHOICE],
  },
  {
    name: 'image-that-stands-twice-is-sent-twice',
    file: 'functions/core/batch/order.ts',
    find: 'return { imageIds: [...chosen], leftOut',
    replace:
      'return { imageIds: meant.flatMap(({ imageId }) => (imageId && chosen.has(imageId) ? [imageId] : [])), leftOut',
    tests: [CHOICE],
  },
  {
    name: 'order-with-a-new-image-is-the-same-batch',
    file: 'functions/order-api/handler.ts',
    find: 'fingerprintOfOrder({ ...input, images: chosen.imageIds })',
    replace: 'fingerprintOfOrder({ ...input, images: [] })',
    tests: [ORDER],
  },
  {
    name: 'order-of-one-partner-is-the-same-batch-for-another',
    file: 'functions/order-api/handler.ts',
    find: 'batchIdFor({ owner, name, fingerprint: identity,',
    replace: 'batchIdFor({ owner: undefined, name, fingerprint: identity,',
    tests: [ORDER],
  },
  {
    name: 'batch-of-an-order-belongs-to-nobody',
    file: 'functions/order-api/handler.ts',
    find: 'const partner = owner === undefined ? {} : { partner: owner };',
    replace: 'const partner = owner === undefined ? { partner: owner } : {};',
    tests: [ORDER],
  },
  {
    name: 'same-key-for-another-order-is-the-same',
    file: 'functions/order-api/fingerprint.ts',
    find: 'canonicalJson({ orderId, preferences, only, images })',
    replace: 'canonicalJson({ preferences, only, images })',
    tests: [ORDER],
  },
  {
    name: 'bug-while-an-order-is-read-looks-like-its-own',
    file: 'functions/order-api/responses.ts',
    find: '  if (!(error instanceof ProcessError)) throw error;\n  // A 404',
    replace: '  if (!(error instanceof ProcessError)) return problem(502, String(error));\n  // A 404',
    tests: ['test/functions/order-api/responses.test.ts'],
  },
  {
    name: 'batch-of-an-order-has-no-name-of-its-own',
    file: 'functions/order-api/event.ts',
    find: '    ...(name !== undefined && { name }),\n',
    replace: '',
    tests: ['test/functions/order-api/order.test.ts'],
  },
  {
    name: 'order-in-part-is-the-same-batch-as-the-whole',
    file: 'functions/order-api/fingerprint.ts',
    find: 'canonicalJson({ orderId, preferences, only, images })',
    replace: 'canonicalJson({ orderId, preferences, images })',
    tests: ['test/functions/order-api/event.test.ts'],
  },
];
