import { expect, it } from 'vitest';
import { runProgram } from './support/command.ts';

/** What differs from run to run. */
const steady = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{64}/g, 'HASH')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replaceAll(/and \d+ more fields/g, 'and N more fields');

it('the demo runs the main job through both doors, shows all of it, and exits 0', { timeout: 60_000 }, async () => {
  const { status, stdout, stderr } = await runProgram('demo.ts').ended;
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(steady(stdout)).toMatchInlineSnapshot(`
    "What went in: over HTTP
      POST /v3/images/123e4567-e89b-12d3-a456-426614174000/process
      x-api-key: ***
      content-type: application/json
      {"ai_version":"4.x","enhance":true,"enhance_type":"neutral","hdr":true}

    What went in: on the queue reprocess-local-requests.fifo
      message group 7c9e6679-7425-40de-944b-e07fc1f90ae7
      {"image_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","preferences":{"ai_version":"4.x","enhance":true,
       "enhance_type":"neutral","hdr":true}}

    What the endpoint was sent: call 1
      POST /v3/images/123e4567-e89b-12d3-a456-426614174000/process
      x-api-key: ***
      x-api-version: 2025-05-08
      content-type: application/json
      {"ai_version":"4.x","enhance":true,"enhance_type":"neutral","hdr":true}

    What the endpoint was sent: call 2
      POST /v3/images/7c9e6679-7425-40de-944b-e07fc1f90ae7/process
      x-api-key: ***
      x-api-version: 2025-05-08
      content-type: application/json
      {"ai_version":"4.x","enhance":true,"enhance_type":"neutral","hdr":true}

    What HTTP answered
      200
      reprocess-request-id: http:HASH
      {"image_id":"123e4567-e89b-12d3-a456-426614174000","status":"processing","ai_version":"4.x",
       "enhance":true,"enhance_type":"neutral","hdr":true}
      and N more fields

    What came out: on the queue reprocess-local-results.fifo
      type      reprocess.succeeded
      id        http:HASH.succeeded
      subject   123e4567-e89b-12d3-a456-426614174000
      time      TIME
      request   over http, by partner demo
      attempts  1
      image     {"image_id":"123e4567-e89b-12d3-a456-426614174000","status":"processing","ai_version":"4.x",
                 "enhance":true,"enhance_type":"neutral","hdr":true}
                and N more fields

    What came out: on the queue reprocess-local-results.fifo
      type      reprocess.succeeded
      id        sqs:HASH.succeeded
      subject   7c9e6679-7425-40de-944b-e07fc1f90ae7
      time      TIME
      request   over sqs
      attempts  1
      image     {"image_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","status":"processing","ai_version":"4.x",
                 "enhance":true,"enhance_type":"neutral","hdr":true}
                and N more fields

    All of it arrived.
    "
  `);
});
