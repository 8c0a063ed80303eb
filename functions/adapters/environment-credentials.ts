/** In the form that the AWS SDK expects. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundles, under the one name that the SDK's clients import. Lambda
 * provides the role's credentials in these variables. The package's eight other sources (SSO, profiles, instance metadata …)
 * would be a third of a bundle, loaded at every cold start and never used.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return environmentCredentials;
}

/** @throws Error when a variable is not set */
export async function environmentCredentials(): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set, as Lambda sets them');
  }
  const pair = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return { ...pair, ...(sessionToken && { sessionToken }) };
}
