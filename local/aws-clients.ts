import { REGION } from './template/identities.ts';

/**
 * Settings of an SDK client for a local server. The developer's own AWS settings are not used.
 * @param accessKeyId a function's name for the permissions of its role; any other text for all permissions
 */
export function clientSettings(endpoint: string, accessKeyId = 'local') {
  const credentials = { accessKeyId, secretAccessKey: 'local' };
  return { endpoint, region: REGION, credentials } as const;
}
