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

/** What Autoenhance calls, by POST. */
export const WEBHOOK_PATH = '/webhooks/autoenhance';
