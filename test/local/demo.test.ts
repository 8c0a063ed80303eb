import { expect, it } from 'vitest';
import { runProgram } from './support/command.ts';

/** What differs from run to run. */
const steady = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{64}/g, 'HASH')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    // Of an event that the webhook caused, and of a report.
    .replaceAll(/(?<=^ {2}id {8}|demo\.csv\/)[0-9a-f-]{36}(?=$|\.json$)/gm, 'UUID')
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

    What the webhook was told: call 1
      POST /webhooks/autoenhance
      authentication: ***
      {"event":"image_processed","image_id":"123e4567-e89b-12d3-a456-426614174000","error":false,
       "order_id":null,"order_is_processing":false}

    What the webhook was told: call 2
      POST /webhooks/autoenhance
      authentication: ***
      {"event":"image_processed","image_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","error":false,
       "order_id":null,"order_is_processing":false}

    What the endpoint was asked thereupon
      GET /v3/images/123e4567-e89b-12d3-a456-426614174000
      GET /v3/images/7c9e6679-7425-40de-944b-e07fc1f90ae7

    What came out: on the queue reprocess-local-results.fifo
      type      image.processed
      id        UUID
      subject   123e4567-e89b-12d3-a456-426614174000
      time      TIME
      request   over http, by partner demo
      confirmed true
      image     {"image_id":"123e4567-e89b-12d3-a456-426614174000","status":"processed","ai_version":"4.x",
                 "enhance":true,"enhance_type":"neutral","hdr":true}
                and N more fields

    What came out: on the queue reprocess-local-results.fifo
      type      image.processed
      id        UUID
      subject   7c9e6679-7425-40de-944b-e07fc1f90ae7
      time      TIME
      request   over sqs
      confirmed true
      image     {"image_id":"7c9e6679-7425-40de-944b-e07fc1f90ae7","status":"processed","ai_version":"4.x",
                 "enhance":true,"enhance_type":"neutral","hdr":true}
                and N more fields

    All of it arrived.

    What went in: the file requests/demo.csv
      image_id,enhance_type,rating,metadata.listing
      123e4567-e89b-12d3-a456-426614174000,warm,,L-0007
      7c9e6679-7425-40de-944b-e07fc1f90ae7,neutral,4,L-0008
      a3bb189e-8bf9-4c2a-9d5e-1f2b3c4d5e6f,neutral,9,L-0009
      a3bb189e-8bf9-4c2a-9d5e-1f2b3c4d5e6f,warm,,L-0009
      123e4567-e89b-12d3-a456-426614174000,neutral,5,L-0007

    What came out: on the queue reprocess-local-results.fifo
      line 2  reprocess.succeeded  123e4567-e89b-12d3-a456-426614174000
      line 3  reprocess.succeeded  7c9e6679-7425-40de-944b-e07fc1f90ae7
      line 4  reprocess.failed     a3bb189e-8bf9-4c2a-9d5e-1f2b3c4d5e6f  rating must be an integer from 0 to 5, got 9
      line 5  reprocess.succeeded  a3bb189e-8bf9-4c2a-9d5e-1f2b3c4d5e6f
      line 6  reprocess.succeeded  123e4567-e89b-12d3-a456-426614174000

    What was written beside it: reports/requests/demo.csv/UUID.json
      file        "requests/demo.csv"
      lines       5
      accepted    4
      rejected    1
      runs        1
      problems    []
      warnings    []
      rejections  [{"line":4,"image_id":"a3bb189e-8bf9-4c2a-9d5e-1f2b3c4d5e6f",
                   "detail":"rating must be an integer from 0 to 5, got 9"}]

    Every line is accounted for.
    "
  `);
});
