import { createCall } from './http/call.ts';
import { createSend } from './http/send.ts';
import { systemRuntime } from './http/system-runtime.ts';
import { createReprocess, type Reprocess } from './reprocess.ts';
import { createRequests, type Requests } from './requests.ts';
import { type ClientOptions, parseSettings } from './settings.ts';

export interface Client {
  /**
   * Has an image processed again, behind the earlier requests for it.
   * @throws ReprocessError when Autoenhance refuses, or the service cannot take it
   */
  readonly reprocess: Reprocess;
  readonly requests: Requests;
}

/** @throws TypeError when an option cannot be used */
export function createClient(options: ClientOptions): Client {
  const settings = parseSettings(options);
  const runtime = systemRuntime(options.fetch);
  const call = createCall(createSend(runtime, settings), settings);
  return { reprocess: createReprocess(call), requests: createRequests(call, runtime) };
}
