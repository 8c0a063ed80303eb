import { Webhook } from 'standardwebhooks';
import type { OutcomeEvent } from './outcomes.ts';
import { claimPort, OFFSETS } from './ports.ts';
import { listen, textOf } from './sandbox/listen.ts';
import type { Service } from './service.ts';
import type { Row } from './terminal/row.ts';

/** What came to the receiver. */
export interface ReceivedCallback {
  readonly event: Pick<OutcomeEvent, 'type' | 'subject' | 'time'>;
  readonly isGenuine: boolean;
}

interface Receiver {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A receiver of the local partner's callbacks, which takes what is signed, and refuses everything else.
 * @param port of the HTTP API
 * @throws PortInUse
 */
export async function startReceiver(
  { addresses, partner }: Pick<Service, 'addresses' | 'partner'>,
  port: number,
  show: (callback: ReceivedCallback) => void,
): Promise<Receiver> {
  let secret: string | undefined;
  const own = port + OFFSETS.receiver;
  const server = await claimPort('the receiver', own, () =>
    listen(own, async (request, response) => {
      const body = await textOf(request);
      // The first test comes before the secret.
      const isGenuine = secret === undefined || isSigned(secret, body, request.headers as Headers);
      response.writeHead(isGenuine ? 204 : 401).end();
      if (secret !== undefined) show({ event: JSON.parse(body), isGenuine });
    }),
  );
  secret = await aim(`${addresses.api}/v3/callback`, partner.key, server.url);
  return server;
}

type Headers = Readonly<Record<string, string>>;

function isSigned(secret: string, body: string, headers: Headers): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

/** Sets the callback anew, since an old one would not show its secret. */
async function aim(route: string, key: string, url: string): Promise<string> {
  const headers = { 'x-api-key': key, 'content-type': 'application/json' };
  await fetch(route, { method: 'DELETE', headers });
  const response = await fetch(route, { method: 'PUT', headers, body: JSON.stringify({ url }) });
  const { secret, detail } = (await response.json()) as { readonly secret?: string; readonly detail?: string };
  if (secret === undefined) throw new Error(`the receiver could not be set up: ${detail}`);
  return secret;
}

/** `10:00:00  callback  <image id>  reprocess.succeeded, its signature is right` */
export function callbackRow({ event, isGenuine }: ReceivedCallback): Row {
  const said = isGenuine ? 'its signature is right' : 'refused: its signature is wrong';
  return {
    cells: [
      { text: event.time.slice(11, 19), format: 'dim' },
      { text: 'callback', width: 'reprocess.succeeded'.length, format: isGenuine ? 'cyan' : 'red' },
      { text: event.subject, width: 36 },
    ],
    text: `${event.type}, ${said}`,
  };
}
