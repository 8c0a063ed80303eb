import type { MiddlewareObj } from '@middy/core';

/** For log lines and metrics. */
export interface Invocation {
  awsRequestId?: string;
  functionVersion?: string;
}

/** Sets the current invocation. Must be the first middleware, because others may log. */
export function currentInvocation(invocation: Invocation): MiddlewareObj {
  return {
    before({ context }) {
      invocation.awsRequestId = context.awsRequestId;
      invocation.functionVersion = context.functionVersion;
    },
  };
}
