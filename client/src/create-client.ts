import { type Batches, createBatches } from './batches/batches.ts';
import type { Budget, Health, ImageRecord, PauseCall } from './contract.ts';
import { type BodyOf, bodyOf, createCall, type Given, type Route } from './http/call.ts';
import { type CallOptions, createSend } from './http/send.ts';
import { systemRuntime } from './http/system-runtime.ts';
import { createReprocess, type Reprocess } from './reprocess.ts';
import { createRequests, type Requests } from './requests.ts';
import { type ClientOptions, parseSettings } from './settings.ts';

export interface AskedPause extends Omit<PauseCall, 'until'> {
  /** In the future. Without it, until somebody resumes. */
  readonly until?: Date | string | undefined;
}

export interface PreviewOptions extends CallOptions {
  readonly of?: 'original' | 'enhanced' | undefined;
}

export interface Client {
  /**
   * Has an image processed again, behind the earlier requests for it.
   * @throws ReprocessError when Autoenhance refuses, or the service cannot take it
   */
  readonly reprocess: Reprocess;
  readonly requests: Requests;
  readonly batches: Batches;
  /** Autoenhance's record of an image, as it is now. */
  image(id: string, options?: CallOptions): Promise<ImageRecord>;
  /** The preview of an image's picture, `enhanced` unless `of` says `original`. */
  preview(id: string, options?: PreviewOptions): Promise<Blob>;
  /** What the account's daily limit has left, and whether the account is paused. */
  budget(options?: CallOptions): Promise<Budget>;
  /** Stops all calls for the account. For an operator. */
  pause(pause: AskedPause, options?: CallOptions): Promise<Budget>;
  resume(options?: CallOptions): Promise<Budget>;
  /** How the service is. For an operator. */
  health(options?: CallOptions): Promise<Health>;
}

/** @throws TypeError when an option cannot be used */
export function createClient(options: ClientOptions): Client {
  const settings = parseSettings(options);
  const runtime = { ...settings, ...systemRuntime(options.fetch) };
  const send = createSend(runtime, settings);
  const call = createCall(send, settings);
  // Their paths have no id.
  const plain =
    <R extends Route>(route: R) =>
    (given?: Given<R>): Promise<BodyOf<R>> =>
      bodyOf(call, route, given)('');
  return {
    reprocess: createReprocess(call),
    requests: createRequests(call, runtime),
    batches: createBatches(call, send, runtime),
    image: bodyOf(call, 'GET /v3/images/{id}'),
    preview: (id, { of, ...given } = {}) =>
      call('GET /v3/images/{id}/preview', [id], { ...given, query: { of } }, (response) => response.blob()),
    budget: plain('GET /v3/budget'),
    pause: (pause, given) => plain('PUT /v3/pause')({ ...given, body: pause as PauseCall }),
    resume: plain('DELETE /v3/pause'),
    health: plain('GET /v3/health'),
  };
}
