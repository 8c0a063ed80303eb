import { type ServiceOptions, startService } from '../../../../local/service.ts';
import { freePort } from '../../../local/support/command.ts';

/** The service on this machine, on ports of its own; to be stopped by the test. */
export async function startLocal(options: Omit<ServiceOptions, 'port'> = {}) {
  const port = await freePort();
  return { port, service: await startService({ ...options, port }) };
}
