import { REGION } from './template/identities.ts';

/**
 * Settings of an SDK client that talks to a local server; nothing of the developer's own AWS settings is used.
 * @param accessKeyId a function's name: the client may do what that function's role allows; any other: everything
 */
export function clientSettings(endpoint: string, accessKeyId = 'local') {
  const credentials = { accessKeyId, secretAccessKey: 'local' };
  return { endpoint, region: REGION, credentials } as const;
}
