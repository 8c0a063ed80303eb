import middy from '@middy/core';
import { expect, it } from 'vitest';
import { currentInvocation } from '../../../functions/lambda/current-invocation.ts';
import { lambdaContext } from '../../support/sqs-event.ts';

it('is known from the beginning of each invocation on, also to what comes before its handler', async () => {
  const invocation: { awsRequestId?: string; functionVersion?: string } = {};
  const seen: (string | undefined)[] = [];
  const see = () =>
    void seen.push(invocation.awsRequestId && `${invocation.awsRequestId} of ${invocation.functionVersion}`);
  const handler = middy(async (_event: unknown) => see())
    .use(currentInvocation(invocation))
    .before(see);
  see();
  for (const awsRequestId of ['one', 'two'])
    await handler({}, { ...lambdaContext(), awsRequestId, functionVersion: '7' });
  expect(seen).toEqual([undefined, 'one of 7', 'one of 7', 'two of 7', 'two of 7']);
});
