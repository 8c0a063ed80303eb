/** A key pair and its session as AWS's SDK takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Stands in the bundles where the SDK would put `@aws-sdk/credential-provider-node`, under the one name that its clients
 * import. Lambda hands a function its role's credentials in these variables, so the other eight sources that the package
 * knows (SSO, profiles, instance metadata …) are a third of a bundle that would be loaded at every cold start for nothing.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return environmentCredentials;
}

/** @throws Error where Lambda has not set them */
export async function environmentCredentials(): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set, as Lambda sets them');
  }
  const pair = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return { ...pair, ...(sessionToken && { sessionToken }) };
}
