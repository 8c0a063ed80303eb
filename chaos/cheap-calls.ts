import type { Journal } from './facts.ts';
import type { Lambda } from './models/lambda.ts';
import { callAsPartner } from './partner-call.ts';
import type { CheapCall } from './scenario/allowances.ts';
import { callerNamed } from './scenario/submission.ts';

export interface CheapCallsParts {
  readonly api: Lambda;
  readonly batchApi: Lambda;
  readonly journal: Journal;
}

/** Makes calls that count towards a partner's limit, and ask for what does not exist. */
export function createCheapCalls({ api, batchApi, journal }: CheapCallsParts): (call: CheapCall) => void {
  return ({ ref, partner, of }) => {
    const [lambda, path] =
      of === 'requests'
        ? ([api, `/v3/requests/http:${'0'.repeat(64)}`] as const)
        : ([batchApi, `/v3/batches/b_${'0'.repeat(32)}`] as const);
    void callAsPartner(lambda, { ref, caller: callerNamed(partner), method: 'GET', path }, journal);
  };
}
