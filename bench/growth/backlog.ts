import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { type Service, startService } from '../../local/service.ts';
import type { Bench } from '../bench.ts';
import { unpin } from '../machine/pinning.ts';
import type { Growth } from './growth.ts';

const SENT_AT_ONCE = 10;

interface Backlog {
  readonly requests: number;
  readonly images: number;
}

/** Requests that wait in the queue, through the whole local service, until all outcomes are published. */
export async function growingBacklogs({ full }: Bench): Promise<Growth> {
  unpin();
  const small = [
    { requests: 10, images: 10 },
    { requests: 100, images: 10 },
    { requests: 1000, images: 1000 },
    { requests: full ? 1000 : 100, images: 1 },
  ];
  const large = [
    { requests: 10_000, images: 1000 },
    { requests: 100_000, images: 10_000 },
  ];
  const rows: Growth['rows'][number][] = [];
  for (const backlog of full ? [...small, ...large] : small) {
    const { images, requests } = backlog;
    rows.push([`backlog over ${images} images`, requests, await requestsPerSecond(backlog), 'requests a second']);
  }
  return { rows };
}

async function requestsPerSecond(backlog: Backlog): Promise<number> {
  const service = await startService({ sandbox: { acceptAnyImage: true, dailyLimit: 1_000_000 } });
  try {
    let outcomes = 0;
    const all = Promise.withResolvers<void>();
    service.watchOutcomes(() => {
      outcomes += 1;
      if (outcomes === backlog.requests) all.resolve();
    });
    const startedAt = performance.now();
    await send(service, backlog);
    await all.promise;
    return (backlog.requests * 1000) / (performance.now() - startedAt);
  } finally {
    await service.stop(0);
  }
}

async function send({ sqs, queueUrls }: Service, { requests, images }: Backlog): Promise<void> {
  for (let first = 0; first < requests; first += SENT_AT_ONCE) {
    const Entries = Array.from({ length: Math.min(SENT_AT_ONCE, requests - first) }, (_, index) => {
      const request = first + index;
      const imageId = `image-${request % images}`;
      return {
        Id: String(index),
        MessageBody: JSON.stringify({ image_id: imageId, preferences: { enhance_type: 'neutral' } }),
        MessageGroupId: imageId,
        MessageDeduplicationId: String(request),
      };
    });
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrls.requests, Entries }));
  }
}
