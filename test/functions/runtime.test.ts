import { expect, it, onTestFinished, vi } from 'vitest';
import { composeApi } from '../../functions/composition/api.ts';
import { systemRuntime } from '../../functions/runtime.ts';

it('tells the HTTP entry point the X-Ray trace of each invocation, which Lambda puts into the environment', () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  const url = 'https://sqs/requests.fifo';
  const settings = {
    LEDGER_TABLE: 'ledger',
    REQUESTS_QUEUE_URL: url,
    PARTNER_KEYS_SECRET_ID: 'keys',
    PARTNER_KEYS_TTL_SECONDS: 50,
    MAX_QUEUE_DEPTH: 1,
  };
  const { traceHeader } = composeApi({ STAGE: 'test', LOG_LEVEL: 'info', ...settings }, systemRuntime());
  for (const header of ['Root=1-a;Sampled=1', 'Root=1-b;Sampled=0']) {
    vi.stubEnv('_X_AMZN_TRACE_ID', header);
    expect(traceHeader?.()).toBe(header);
  }
});
