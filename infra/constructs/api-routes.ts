/**
 * The paths that reach the API's function, by any method. Everything else API Gateway answers itself: a 404 that invokes nothing.
 * Below /v3 the function answers whatever comes, in its own form: a wrong path, a slash at the end, two in a row.
 */
export const API_PATHS = [
  '/healthz',
  '/v3/{path+}',
  // What a partner calls whose base URL ends in a slash: //v3/images/…
  '/{empty}/v3/{path+}',
] as const;

/** The paths below a collection that has a function of its own, with and without a slash before /v3. */
const pathsOf = (collection: string) =>
  ['/v3', '/{empty}/v3'].flatMap((version) => [`${version}/${collection}`, `${version}/${collection}/{path+}`]);

/** They are more exact than those of the API's function, and so win over them. */
export const BATCH_PATHS = pathsOf('batches');
export const ORDER_PATHS = pathsOf('orders');
/** Who may call, and how their callbacks do: what reads those knows it all. */
export const CALLBACK_PATHS = ['callback', 'partners'].flatMap(pathsOf);

/** What is read from Autoenhance while a caller waits: an image's record and its previews. */
export const IMAGE_PATHS = ['/v3', '/{empty}/v3'].flatMap((version) => [
  `${version}/images/{id}`,
  `${version}/images/{id}/preview`,
]);

/** The console's page, with and without a slash at the end, its files and its sessions. API Gateway takes no route that ends in a slash. */
export const CONSOLE_PATHS = ['/console', '/console/{path+}'] as const;

/** What Autoenhance calls, by POST. */
export const WEBHOOK_PATH = '/webhooks/autoenhance';
