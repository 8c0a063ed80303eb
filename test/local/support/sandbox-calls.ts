import { onTestFinished } from 'vitest';
import { createSandbox, type SandboxOptions } from '../../../local/sandbox/server.ts';

const KEY = 'sandbox-key';

/** A sandbox that ends with its test, and calls to it over HTTP, as Autoenhance's callers and a person with curl make them. */
export async function startedSandbox(options: Partial<SandboxOptions> = {}) {
  const sandbox = await createSandbox({ apiKey: KEY, ...options });
  onTestFinished(() => sandbox.close());

  async function send(method: string, path: string, body?: unknown) {
    const headers = { 'x-api-key': KEY, 'content-type': 'application/json' };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${sandbox.url}${path}`, { method, headers, ...content });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  return {
    sandbox,
    send,
    process: (imageId: string) => send('POST', `/v3/images/${imageId}/process`, {}),
    control: (method: string, path: string, body?: unknown) => send(method, `/__sandbox/${path}`, body),
    async statusesOf(imageIds: readonly string[]) {
      const read = await Promise.all(imageIds.map((id) => send('GET', `/v3/images/${id}`)));
      return read.map(({ body }) => [body.status, body.status_reason] as const);
    },
  };
}
