import { expect, it } from 'vitest';
import { batchRetryAdvice } from '../../../functions/lambda/batch-retry-advice.ts';
import { type HttpRequest, httpEvent } from '../../support/http-event.ts';

const path = '/v3/batches';

it.each<[HttpRequest, RegExp]>([
  [{ path }, /^: make the same call again$/],
  [{ method: 'POST', path, query: { dry_run: 'true' } }, /^: make the same call again$/],
  ...['pause', 'resume', 'cancel', 'retry'].map((action): [HttpRequest, RegExp] => [
    { method: 'POST', path: `${path}/b_1/${action}` },
    /^: make the same call again, which does nothing twice$/,
  ]),
  [{ method: 'POST', path, headers: { 'idempotency-key': 'spring' } }, /again with the same Idempotency-Key/],
  [{ method: 'POST', path }, /again under the same name/],
])('who made the call %j while a part of AWS was away learns what to do', (request, advice) => {
  expect(batchRetryAdvice(httpEvent(request))).toMatch(advice);
});
