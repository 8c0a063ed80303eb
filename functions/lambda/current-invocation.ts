import type { MiddlewareObj } from '@middy/core';

/** Sets the current invocation, for log lines and metrics. Must be the first middleware, because others may log. */
export function currentInvocation(invocation: { awsRequestId?: string }): MiddlewareObj {
  return {
    before({ context }) {
      invocation.awsRequestId = context.awsRequestId;
    },
  };
}
