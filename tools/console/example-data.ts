import type {
  Batch,
  BatchLine,
  Budget,
  Callback,
  CheckedBatch,
  Delivery,
  Partner,
  RequestItem,
  RequestSummary,
} from '../../client/src/contract.ts';

// What the pictures of the console show: a photo agency in the middle of its spring campaign.

export const NOW = Date.parse('2026-11-30T14:32:00Z');
const DAY_MS = 86_400_000;
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const minutes = (count: number) => count * 60_000;
const NEXT_RESET = '2026-12-01T00:00:00.000Z';

export const SESSION = {
  partner: 'northlight',
  role: 'operator',
  expires_at: new Date(NOW + DAY_MS / 3).toISOString(),
  read_only: false,
};

const SPRING = 'b_5f1d7a2c9e0b4d6f8a1c3e5d7f9b0a2c';
export const IMAGE = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

const noCounts = { rejected: 0, waiting: 0, queued: 0, started: 0, finished: 0, failed: 0, cancelled: 0 };

/** Full days of 450, as a batch leaves a tenth of the limit to single requests. */
const progress = Array.from({ length: 5 }, (_, day) =>
  Array.from({ length: 12 }, (_, step) => {
    const ended = Math.min(450, (step + 1) * 45) + day * 450;
    return {
      at: new Date(NOW - (4.6 - day) * DAY_MS + step * minutes(40)).toISOString(),
      started: 6,
      finished: Math.min(1834, ended - Math.round(ended / 72)),
      failed: Math.round(ended / 72),
    };
  }),
)
  .flat()
  .filter(({ at }) => Date.parse(at) < NOW);

export const SPRING_BATCH: Batch = {
  batch_id: SPRING,
  name: 'spring-campaign.csv',
  source: 'http',
  partner: 'northlight',
  state: 'running',
  counts: { ...noCounts, total: 3000, rejected: 1, waiting: 1119, queued: 14, started: 6, finished: 1834, failed: 26 },
  created_at: ago(4.61 * DAY_MS),
  started_at: ago(4.6 * DAY_MS),
  finished_at: null,
  expected_end: '2026-12-03T08:10:00.000Z',
  waits_for: null,
  rate_per_minute: 58,
  problems: [],
  warnings: ['enhance_typ: did you mean enhance_type? (12 lines)'],
  pace: {
    limit: 500,
    left_today: 134,
    days: 3,
    expected_end: '2026-12-03T08:10:00.000Z',
    sentence: "1,119 images, 134 of today's 500 left for batches: finished in about 3 days, on Thursday",
  },
  progress,
};

export const BATCHES: readonly Batch[] = [
  SPRING_BATCH,
  {
    ...SPRING_BATCH,
    batch_id: 'b_2',
    name: 'Order 1043 in warm',
    source: 'order',
    counts: { ...noCounts, total: 42, waiting: 30, queued: 4, started: 2, finished: 6 },
    state: 'paused',
    created_at: ago(minutes(96)),
    expected_end: null,
    waits_for: { reason: 'paused', detail: 'the batch is paused' },
  },
  {
    ...SPRING_BATCH,
    batch_id: 'b_3',
    name: 'lakeside-villas.csv',
    state: 'finished',
    counts: { ...noCounts, total: 860, finished: 851, failed: 9 },
    created_at: ago(6.2 * DAY_MS),
    finished_at: ago(4.8 * DAY_MS),
    expected_end: null,
  },
  {
    ...SPRING_BATCH,
    batch_id: 'b_4',
    name: 'Retake of 14 interiors',
    state: 'finished',
    counts: { ...noCounts, total: 14, finished: 14 },
    created_at: ago(7.1 * DAY_MS),
    finished_at: ago(7.1 * DAY_MS - minutes(3)),
    expected_end: null,
  },
  {
    ...SPRING_BATCH,
    batch_id: 'b_5',
    name: 'old-town-lofts.csv',
    partner: 'kestrel',
    state: 'cancelled',
    counts: { ...noCounts, total: 520, finished: 118, failed: 2, cancelled: 400 },
    created_at: ago(9.3 * DAY_MS),
    finished_at: ago(9.2 * DAY_MS),
    expected_end: null,
  },
];

const imageOf = (line: number) =>
  `villa-${String(line * 37 + 1000)}-${['hall', 'garden', 'kitchen', 'terrace'][line % 4]}`;
const TOO_DARK = 'the picture is too dark';

export const FAILED_LINES: readonly BatchLine[] = Array.from({ length: 26 }, (_, index) => ({
  line: index * 71 + 12,
  image_id: imageOf(index * 71 + 12),
  request_id: `upload:${index}`,
  state: 'failed',
  ...(index < 17
    ? { code: 'enhancement_failed', reason: TOO_DARK }
    : index < 23
      ? { code: 'not_found', reason: 'the endpoint answered 404: there is no image with this id' }
      : { code: 'gave_up', reason: 'the endpoint was not reached 12 times in 6 hours' }),
  attempts: index < 23 ? 1 : 12,
  finished_at: ago(minutes(index * 190 + 30)),
}));

export const LINES: readonly BatchLine[] = Array.from({ length: 50 }, (_, index) => {
  const line = index + 2;
  if (line === 12) return FAILED_LINES[0] as BatchLine;
  return {
    line,
    image_id: imageOf(line),
    request_id: `upload:line-${line}`,
    state: 'finished',
    attempts: 1,
    finished_at: ago(4.6 * DAY_MS - minutes(line * 2)),
  };
});

export const BUDGET: Budget = {
  window: { start: '2026-11-30T00:00:00.000Z', end: NEXT_RESET },
  limit: 500,
  used: 348,
  used_by_batches: 316,
  failed_for_limit: 0,
  left: 152,
  left_for_batches: 134,
  waiting: 14,
  paused: null,
  history: [312, 498, 500, 500, 471, 88, 36, 402, 500, 500, 344, 12, 230, 190].map((used, day) => ({
    window: {
      start: new Date(Date.parse(NEXT_RESET) - (day + 2) * DAY_MS).toISOString(),
      end: new Date(Date.parse(NEXT_RESET) - (day + 1) * DAY_MS).toISOString(),
    },
    limit: 500,
    used,
    used_by_batches: Math.round(used * 0.9),
    failed_for_limit: 0,
  })),
};

export const HEALTH = {
  version: '0.1.0',
  queue: { waiting: 14, in_work: 6, oldest_accepted_at: ago(9000) },
  dead_letters: 0,
  webhook_seen_at: ago(4000),
};

export const CHECKED: CheckedBatch = {
  dry_run: true,
  would_be_sent: true,
  counts: { total: 3000, rejected: 2, accepted: 2998 },
  problems: [],
  warnings: ['enhance_typ: did you mean enhance_type? (12 lines)'],
  check: {
    rejections: [
      { line: 17, image_id: 'villa-1629-hall', detail: 'rating must be an integer from 0 to 5, got 7' },
      { line: 803, detail: 'image_id must be 1 to 128 of the characters A-Z a-z 0-9 . _ ~ -, got nothing' },
    ],
    repeated_images: 2,
    differing_images: 1,
    repeats: [
      { image_id: 'villa-1148-hall', lines: [6, 1210], count: 2, differs: false },
      { image_id: 'villa-2295-garden', lines: [37, 38, 39], count: 3, differs: true },
    ],
    waiting_images: { looked_at: 100, waiting: 0 },
  },
  pace: {
    limit: 500,
    left_today: 134,
    days: 6,
    expected_end: '2026-12-06T22:40:00.000Z',
    sentence: "2,998 images, 134 of today's 500 left for batches: finished in about 6 days, on Sunday",
  },
  expected_end: '2026-12-06T22:40:00.000Z',
};

const record = {
  image_id: IMAGE,
  status: 'processed',
  image_name: 'garden.jpg',
  order_id: '0b7e4b4e-6a53-4b86-9a0f-2c1d3e4f5a6b',
  ai_version: '4.7',
  enhance_type: 'warm',
  sky_replacement: true,
  cloud_type: 'CLEAR',
  vertical_correction: true,
  downloaded: true,
};
export const RECORD = record;

const requestOf = (id: string, before: number, preferences: object): RequestItem => ({
  request_id: `http:${id}`,
  image_id: IMAGE,
  life: 'finished',
  state: 'succeeded',
  source: 'http',
  partner: 'northlight',
  accepted_at: ago(before),
  attempts: 1,
  preferences: preferences as RequestItem['preferences'],
  ended_at: ago(before - 700),
  image: null,
  completed_at: ago(before - 21_000),
  completion: { event: 'image.processed', confirmed: true, status: 'processed' },
  warnings: [],
});

export const IMAGE_REQUESTS: readonly RequestItem[] = [
  requestOf('7bbe459e4194bab0d33a5138b78a270b', minutes(42), {
    enhance_type: 'warm',
    sky_replacement: true,
    cloud_type: 'CLEAR',
  }),
  requestOf('1d0c8a6de4194bab0d33a5138b78a27c', 1.1 * DAY_MS, { enhance_type: 'modern', vertical_correction: true }),
  requestOf('9a44c01be4194bab0d33a5138b78a271', 3.3 * DAY_MS, {
    ai_version: '4.7',
    enhance_type: 'neutral',
    sky_replacement: false,
  }),
];

const lives = [
  'started',
  'queued',
  'finished',
  'finished',
  'waiting',
  'finished',
  'failed',
  'finished',
  'finished',
] as const;

export const REQUESTS: readonly RequestSummary[] = Array.from({ length: 18 }, (_, index) => {
  const life = lives[index % lives.length] ?? 'finished';
  return {
    request_id: `http:${index}`,
    image_id: imageOf(index + 40),
    life,
    state: life === 'failed' ? 'failed' : 'succeeded',
    source: index % 4 === 3 ? 'http' : 'upload',
    partner: index % 5 === 4 ? 'kestrel' : 'northlight',
    accepted_at: ago(minutes(index * 3 + 1)),
    attempts: life === 'waiting' ? 2 : life === 'queued' ? 0 : 1,
    ...(life === 'failed' && { error_code: 'not_found' as const }),
    ...(life === 'waiting' && { next_attempt_at: new Date(NOW + minutes(4)).toISOString() }),
  };
});

const RETRIED = 'upload:1d0c8a6de4194bab0d33a5138b78a27c1d0c8a6de4194bab0d33a5138b78a27c';

/** At a busy hour: refused twice before it was started. */
export const RETRIED_REQUEST: RequestItem = {
  request_id: RETRIED,
  image_id: IMAGE,
  life: 'finished',
  state: 'succeeded',
  source: 'upload',
  partner: 'northlight',
  batch_id: SPRING,
  line: 1634,
  accepted_at: ago(minutes(14)),
  attempts: 3,
  preferences: { enhance_type: 'warm', sky_replacement: true, cloud_type: 'CLEAR' },
  ended_at: ago(minutes(12.5)),
  image: record,
  completed_at: ago(minutes(12)),
  completion: { event: 'image.processed', confirmed: true, status: 'processed' },
  failed_attempts: [
    {
      attempt: 1,
      at: ago(minutes(13.9)),
      code: 'refused_for_now',
      status: 429,
      next_attempt_at: ago(minutes(13.4)),
    },
    {
      attempt: 2,
      at: ago(minutes(13.3)),
      code: 'connection_lost',
      next_attempt_at: ago(minutes(12.6)),
    },
  ],
  warnings: [],
};

const toldOf = (type: Delivery['type'], before: number): Delivery => ({
  id: `msg_${type}`,
  event_id: `${RETRIED}.${type}`,
  type,
  subject: IMAGE,
  time: ago(before),
  state: 'delivered',
  attempts: 1,
  next_attempt_at: null,
  last_attempts: [{ at: ago(before - 400), duration_ms: 85, status: 204, error: null }],
});

export const DELIVERIES_OF_RETRIED: readonly Delivery[] = [
  toldOf('image.processed', minutes(12)),
  toldOf('reprocess.succeeded', minutes(12.5)),
];

const EVENTS: Callback['events'] = ['image.processed', 'image.failed', 'batch.finished'];
const FAILING_SINCE = ago(minutes(72));

export const PARTNERS: readonly Partner[] = [
  {
    partner: 'hillside',
    role: 'partner',
    limits: { calls_per_second: 20, burst: 100, batches_per_day: 200 },
    callback: null,
  },
  {
    partner: 'kestrel',
    role: 'partner',
    limits: { calls_per_second: 5, burst: 20, batches_per_day: 10 },
    callback: {
      host: 'hooks.kestrel.example',
      events: EVENTS,
      state: 'active',
      paused: null,
      failing_since: FAILING_SINCE,
      recent: {
        deliveries: 50,
        failing: 3,
        given_up: 0,
        delivered_at: ago(minutes(75)),
        failed_at: ago(minutes(9)),
      },
    },
  },
  { partner: 'northlight', role: 'operator', limits: null, callback: null },
  {
    partner: 'quayside',
    role: 'partner',
    limits: { calls_per_second: 20, burst: 100, batches_per_day: 200 },
    callback: {
      host: 'api.quayside.example',
      events: ['batch.finished'],
      state: 'active',
      paused: null,
      failing_since: null,
      recent: { deliveries: 41, failing: 0, given_up: 0, delivered_at: ago(minutes(19)), failed_at: ago(5.2 * DAY_MS) },
    },
  },
];

export const CALLBACK: Callback = {
  partner: 'kestrel',
  url: 'https://hooks.kestrel.example/reprocess',
  events: EVENTS,
  state: 'active',
  paused: null,
  failing_since: FAILING_SINCE,
  created_at: ago(61 * DAY_MS),
  updated_at: ago(61 * DAY_MS),
  secrets: [{ created_at: ago(61 * DAY_MS), expires_at: null }],
};

/** Minutes since the event, attempts, minutes since the last one, and until the next. */
const FAILING = [
  [20, 3, 15, 15],
  [44, 4, 9, 111],
  [71, 4, 36, 84],
] as const;

const deliveryOf = (id: number, before: number) => ({
  id: `msg_${String(id).repeat(32)}`,
  event_id: `http:${id}.processed`,
  type: 'image.processed' as const,
  subject: imageOf(id + 40),
  time: ago(minutes(before)),
});

export const DELIVERIES: readonly Delivery[] = [
  ...FAILING.map(([before, attempts, last, next], index): Delivery => {
    const answer = { status: 502, error: 'the receiver answered 502', response: 'Bad Gateway' };
    return {
      ...deliveryOf(index, before),
      state: 'waiting',
      attempts,
      next_attempt_at: new Date(NOW + minutes(next)).toISOString(),
      last_attempts: [{ at: ago(minutes(last)), duration_ms: 84, ...answer }],
    };
  }),
  ...[75, 112, 121, 160].map(
    (before, index): Delivery => ({
      ...deliveryOf(index + 3, before),
      state: 'delivered',
      attempts: 1,
      next_attempt_at: null,
      last_attempts: [{ at: ago(minutes(before)), duration_ms: 91, status: 204, error: null }],
    }),
  ),
];
