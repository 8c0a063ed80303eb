export interface ClientOptions {
  /** The service's address: the service stack's output `ApiUrl`. */
  readonly url: string;
  /** A key of this service. Left out where a session stands for it, as in the console. */
  readonly apiKey?: string | undefined;
  /** For each call with all of its retries, in ms: 60,000 unless given. */
  readonly timeoutMs?: number | undefined;
  /** Attempts after the first: 4 unless given. */
  readonly retries?: number | undefined;
  /** In place of the runtime's own. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Allows a key in a page. Whoever opens the page can read it: call the service from a server instead. */
  readonly allowKeyInBrowser?: boolean | undefined;
}

export interface Settings {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
}

/** @throws TypeError that never shows the key */
export function parseSettings({ url, apiKey, timeoutMs = 60_000, retries = 4, ...rest }: ClientOptions): Settings {
  if (!/^https?:\/\/[^/?#]+[^?#]*$/.test(url)) {
    throw new TypeError(`url must be like https://example.com, got ${url}`);
  }
  if (apiKey !== undefined) {
    // An error of fetch would show the key.
    if (!/^[!-~]+$/.test(apiKey)) {
      throw new TypeError('apiKey must be visible ASCII without blanks: has it a line end?');
    }
    if ('document' in globalThis && !rest.allowKeyInBrowser) {
      throw new TypeError('apiKey must not be in a page: see allowKeyInBrowser');
    }
  }
  return { url: url.replace(/\/+$/, ''), apiKey, timeoutMs, retries };
}
