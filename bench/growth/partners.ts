import type { Bench } from '../bench.ts';
import { partnerKeysSecret, processCallEvent } from '../events.ts';
import { startExecution } from '../function/execution.ts';
import type { Growth } from './growth.ts';

const CALLS = 500;

/** CPU of one call of the API function, since a partner's key is compared with all. */
export async function growingPartners({ servers, variants, runtime }: Bench): Promise<Growth> {
  const rows: Growth['rows'][number][] = [];
  for (const partners of [1, 100, 1000]) {
    servers.setPartnerKeys(partnerKeysSecret(partners));
    const execution = await startExecution(variants.api, runtime);
    for (let call = 0; call < CALLS; call += 1) await execution.invoke(processCallEvent());
    const before = execution.cpuMs();
    for (let call = 0; call < CALLS; call += 1) await execution.invoke(processCallEvent());
    rows.push(['partners', partners, ((execution.cpuMs() - before) * 1000) / CALLS, 'µs of CPU a call']);
    await execution.stop();
  }
  return { rows };
}
