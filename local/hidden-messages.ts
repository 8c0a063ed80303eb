/** Messages that were received, but neither deleted nor returned. */
export interface HiddenMessages {
  readonly count: number;
  /** Epoch ms at which the last of them becomes visible. */
  readonly until: number;
}

interface InspectedQueue {
  readonly messages: { readonly inflight: readonly { readonly visibilityDeadline: number }[] };
}

/** @param queueUrl of the local queue server. Its inspection API also shows until when messages are hidden. */
export async function findHidden(queueUrl: string, now = Date.now()): Promise<HiddenMessages> {
  const { origin, pathname } = new URL(queueUrl);
  const response = await fetch(`${origin}/_fauxqs/queues/${pathname.split('/').at(-1)}`);
  const { messages } = (await response.json()) as InspectedQueue;
  const times = messages.inflight.map(({ visibilityDeadline }) => visibilityDeadline).filter((time) => time > now);
  return { count: times.length, until: Math.max(now, ...times) };
}

/** In one sentence; undefined when nothing is hidden. */
export function hiddenSentence({ count, until }: HiddenMessages, now = Date.now()): string | undefined {
  if (count === 0) return undefined;
  const [what, come] = count === 1 ? ['1 message is', 'it comes'] : [`${count} messages are`, 'the last comes'];
  const inSeconds = Math.ceil((until - now) / 1000);
  const span = inSeconds < 120 ? `${inSeconds} s` : `${Math.ceil(inSeconds / 60)} min`;
  const time = new Date(until).toISOString().slice(11, 19);
  return `${what} still hidden in the request queue from the last run: ${come} back at ${time} UTC, in ${span}.`;
}
