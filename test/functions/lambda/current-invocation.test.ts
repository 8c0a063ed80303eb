import middy from '@middy/core';
import { expect, it } from 'vitest';
import { currentInvocation } from '../../../functions/lambda/current-invocation.ts';
import { lambdaContext } from '../../support/sqs-event.ts';

it('is known from the beginning of each invocation on, also to what comes before its handler', async () => {
  const invocation: { awsRequestId?: string } = {};
  const seen: (string | undefined)[] = [];
  const see = () => void seen.push(invocation.awsRequestId);
  const handler = middy(async (_event: unknown) => see())
    .use(currentInvocation(invocation))
    .before(see);
  see();
  for (const awsRequestId of ['one', 'two']) await handler({}, { ...lambdaContext(), awsRequestId });
  expect(seen).toEqual([undefined, 'one', 'one', 'two', 'two']);
});
