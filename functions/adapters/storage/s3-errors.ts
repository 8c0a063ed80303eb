import { DependencyUnavailable } from '../../core/errors.ts';

export const unavailable = (cause: unknown) => new DependencyUnavailable('uploads bucket', cause);

/** @throws DependencyUnavailable */
export async function orUnavailable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw unavailable(error);
  }
}

/** The status that S3 has answered with, if that is what failed. */
export function statusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
