import * as z from 'zod';
import { count, imageId, time } from './common.ts';
import { components } from './components.ts';

const rejection = {
  line: z.int().min(1),
  image_id: imageId.optional(),
  detail: z.string().describe('What was wrong, what came, and what is allowed.'),
};

/** One line of `reports/<key>/<version>-rejected.ndjson`. */
export const rejectedLine = z
  .strictObject({ ...rejection, original: z.string() })
  .describe('A line of an uploaded file that is not a valid request, in the list next to the report.')
  .register(components, { id: 'RejectedLine' });

/** `reports/<key>/<version>.json` in the uploads bucket. */
export const uploadReport = z
  .strictObject({
    bucket: z.string(),
    file: z.string().describe('The key of the file.'),
    version: z.string(),
    lines: count,
    accepted: count,
    rejected: count,
    started_at: time,
    finished_at: time,
    duration_ms: count,
    runs: z.int().min(1),
    pace: z
      .string()
      .optional()
      .describe(
        "How long its images take within the daily limit: `3,000 images, 320 of today's 500 left for batches: finished in about 6 days`",
      ),
    problems: z.array(z.string()).describe('What is wrong with the file as a whole.'),
    warnings: z.array(z.string()),
    rejections: z.array(z.strictObject(rejection)).max(100).describe('The first rejected lines.'),
    rejections_file: z.string().optional().describe('The key of the list of all rejected lines.'),
  })
  .describe('The report on an uploaded file, written to the uploads bucket under `reports/`.')
  .register(components, { id: 'UploadReport' });
