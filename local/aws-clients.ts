import { REGION } from './template/identities.ts';

/** Settings of an SDK client that talks to a local server; nothing of the developer's own AWS settings is used. */
export function clientSettings(endpoint: string) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint, region: REGION, credentials } as const;
}
