import type { MiddlewareObj } from '@middy/core';

/** Notes which invocation begins, for what is written meanwhile. To be used before any other, since those may write. */
export function currentInvocation(invocation: { awsRequestId?: string }): MiddlewareObj {
  return {
    before({ context }) {
      invocation.awsRequestId = context.awsRequestId;
    },
  };
}
