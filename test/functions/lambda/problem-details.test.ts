import { expect, it } from 'vitest';
import { problemDetails } from '../../../functions/lambda/problem-details.ts';
import { listeningLogger, listeningMetrics } from '../../support/fixtures.ts';
import { httpEvent } from '../../support/http-event.ts';

it('a call that fails for a bug says nothing of it, and what is counted of it is flushed', async () => {
  const [log, metrics] = [listeningLogger(), listeningMetrics()];
  const flushed: (readonly string[])[] = [];
  const flush = () => void flushed.push([...metrics.counted]);
  const { onError } = problemDetails({ log, metrics: { ...metrics, flush } }, () => '');
  const request = { error: new TypeError('a bug'), event: httpEvent({}), response: null };
  await onError?.(request as never);
  expect(request.response).toMatchObject({ statusCode: 500, body: expect.not.stringContaining('a bug') });
  expect(flushed).toEqual([['UnexpectedErrors']]);
});
