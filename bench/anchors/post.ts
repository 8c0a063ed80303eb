import type { SQSEvent } from 'aws-lambda';
import { postJson } from './post-json.ts';

const { AUTOENHANCE_BASE_URL: endpoint } = process.env;

/** A POST for each record, all at once: less than this no worker can do. */
export async function handler({ Records }: SQSEvent) {
  await Promise.all(
    Records.map(({ body }) => {
      const { image_id, preferences } = JSON.parse(body);
      const headers = { 'x-api-key': 'bench-key', 'content-type': 'application/json' };
      return postJson(`${endpoint}/v3/images/${image_id}/process`, headers, JSON.stringify(preferences));
    }),
  );
  return { batchItemFailures: [] };
}
