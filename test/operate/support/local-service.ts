import { startService } from '../../../local/service.ts';
import { freePort } from '../../local/support/command.ts';

/** The service on this machine, on ports of its own; to be stopped by the test. */
export async function startLocal() {
  const port = await freePort();
  return { port, service: await startService({ port }) };
}
