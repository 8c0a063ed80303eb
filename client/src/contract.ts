// Written by `npm run contract` from the schemas of tools/contract. Change those.

/** Waiting for its first attempt, or in it. */
export type AcceptedRequest = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  /** The request from its acceptance to the end of its image: `queued`, `waiting` for a retry, `started` by Autoenhance, `finished`, or `failed` at the call or at the image. */
  readonly life: 'queued' | 'waiting' | 'started' | 'finished' | 'failed';
  readonly state: 'accepted';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  /** Whose it is; absent when it is the service’s own. */
  readonly partner?: string;
  readonly batch_id?: BatchId;
  /** The key of its request file. */
  readonly file?: string;
  /** Its line there. */
  readonly line?: number;
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  readonly preferences: Preferences;
  /** The request that failed only for the daily limit, and that this one sends again. */
  readonly again_for?: RequestId;
  readonly waits_for?: WaitsFor;
  /** Texts for people. */
  readonly warnings: readonly string[];
};

/** Any other event of Autoenhance. */
export type AutoenhanceEvent = {
  readonly specversion: '1.0';
  /** Unique to the event. It is opaque: do not parse it. */
  readonly id: string;
  /** `autoenhance.` and Autoenhance’s name of the event. */
  readonly type: string;
  /** `reprocess/<stage>` */
  readonly source: string;
  /** The image id; if none is known, the message group. */
  readonly subject: string;
  /** When the service knew it. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent?: string;
  /** The body of the call, unchanged: any JSON. */
  readonly data: unknown;
};

/** A batch. */
export type Batch = {
  readonly batch_id: BatchId;
  readonly name: string;
  /** How it was handed over. */
  readonly source: 'http' | 'upload' | 'order';
  /** Whose it is; absent when it is the service’s own. */
  readonly partner?: string;
  /** The batch whose failed lines this one sends again. */
  readonly retry_of?: BatchId;
  readonly state: 'checking' | 'running' | 'paused' | 'finished' | 'cancelled' | 'refused';
  readonly counts: BatchCounts;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly expected_end: string | null;
  readonly waits_for: BatchWaitsFor | null;
  /** Lines that ended in a minute, over the last minutes. */
  readonly rate_per_minute: number | null;
  /** What is wrong with the batch as a whole, for people. */
  readonly problems: readonly string[];
  /** Texts for people. */
  readonly warnings: readonly string[];
  readonly check?: BatchCheck;
  /** Of what still waits. */
  readonly pace?: BatchPace;
  /** Counts over time, oldest first. */
  readonly progress: readonly {
    readonly at: string;
    readonly started: number;
    readonly finished: number;
    readonly failed: number;
  }[];
  /** Where its results file is, once it has ended. */
  readonly results?: string;
};

/** What the check found, beside counts, problems and warnings. */
export type BatchCheck = {
  /** The first refused lines. */
  readonly rejections: readonly {
    readonly line: number;
    readonly image_id?: ImageId;
    /** What was wrong, what came, and what is allowed. */
    readonly detail: string;
  }[];
  /** The key of the list of all refused lines in the bucket. */
  readonly rejections_file?: string;
  /** Images that more than one line names. */
  readonly repeated_images: number;
  /** Those of them whose lines ask for different things. */
  readonly differing_images: number;
  /** The first of them, each with its first lines. */
  readonly repeats: readonly {
    readonly image_id: ImageId;
    readonly lines: readonly number[];
    readonly count: number;
    readonly differs: boolean;
  }[];
  /** Images that had a request waiting when the batch was checked, of those that were looked at. */
  readonly waiting_images?: {
    readonly looked_at: number;
    readonly waiting: number;
  };
};

/** Lines by state, each in one of them: `total` is the sum of all others. */
export type BatchCounts = {
  readonly total: number;
  readonly rejected: number;
  readonly waiting: number;
  readonly queued: number;
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
  readonly cancelled: number;
};

/** Every line of a batch has ended. */
export type BatchFinishedEvent = {
  readonly specversion: '1.0';
  /** Unique to the event. It is opaque: do not parse it. */
  readonly id: string;
  readonly type: 'batch.finished';
  /** `reprocess/<stage>` */
  readonly source: string;
  /** The image id; if none is known, the message group. */
  readonly subject: string;
  /** When the service knew it. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent?: string;
  readonly data: {
    readonly batch_id: string;
    readonly name: string;
    readonly source: 'http' | 'upload' | 'order';
    readonly partner?: string;
    readonly state: 'finished' | 'cancelled';
    readonly counts: BatchCounts;
    readonly created_at: string;
    readonly started_at?: string;
    readonly finished_at: string;
    /** The batch whose failed lines this one has sent again. */
    readonly retry_of?: string;
    /** The key of its request file. */
    readonly file: string;
    /** The key of its rows with what became of each; absent when its request file could not be read any more. */
    readonly results_file?: string;
  };
};

/** This service’s id of a batch. */
export type BatchId = string;

/** A line of a batch. */
export type BatchLine = {
  readonly line: number;
  readonly image_id?: string;
  /** Absent while it waits, and of a refused line. */
  readonly request_id?: RequestId;
  readonly state: 'rejected' | 'waiting' | 'queued' | 'started' | 'finished' | 'failed' | 'cancelled';
  /** Why it failed, is refused, or waits to be sent again. Branch on this code. */
  readonly code?: string;
  /** The same for people. */
  readonly reason?: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  readonly started_at?: string;
  readonly finished_at?: string;
};

/** Lines of a batch, in the order of its file. */
export type BatchLineList = {
  readonly requests: readonly BatchLine[];
  /** For the query’s `cursor`; absent on the last page. */
  readonly next_cursor?: string;
};

/** Batches, newest first. */
export type BatchList = {
  readonly batches: readonly BatchSummary[];
  /** For the query’s `cursor`; absent on the last page. */
  readonly next_cursor?: string;
};

/** How long the requests take, as far as the account’s daily limit allows. */
export type BatchPace = {
  /** Enhancements from one reset to the next; null: no limit. */
  readonly limit: number | null;
  /** What is left of it for batches; null without a limit. */
  readonly left_today: number | null;
  /** Days until the end; null when it never ends. */
  readonly days: number | null;
  readonly expected_end: string | null;
  /** The same for people. */
  readonly sentence: string;
};

/** A batch in a list. */
export type BatchSummary = {
  readonly batch_id: BatchId;
  readonly name: string;
  /** How it was handed over. */
  readonly source: 'http' | 'upload' | 'order';
  /** Whose it is; absent when it is the service’s own. */
  readonly partner?: string;
  /** The batch whose failed lines this one sends again. */
  readonly retry_of?: BatchId;
  readonly state: 'checking' | 'running' | 'paused' | 'finished' | 'cancelled' | 'refused';
  readonly counts: BatchCounts;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
};

/** Why nothing of the batch is sent for now: the account’s daily limit or a person’s pause of the account, the batch’s own pause, or a file that is still to be uploaded. */
export type BatchWaitsFor = {
  readonly reason: 'daily_limit' | 'person' | 'paused' | 'upload';
  /** The same for people. */
  readonly detail: string;
  readonly until?: string;
};

/** What the account may do now, and what it did. */
export type Budget = {
  /** From one reset of the limit to the next. */
  readonly window: {
    readonly start: string;
    readonly end: string;
  };
  /** Enhancements that the account may ask for; null: no limit, or not known. */
  readonly limit: number | null;
  /** Calls that were made or are reserved. */
  readonly used: number;
  /** Those of batches. */
  readonly used_by_batches: number;
  /** Images that failed only for the limit. */
  readonly failed_for_limit: number;
  /** null: no limit. */
  readonly left: number | null;
  /** What is not kept for single requests; null: no limit. */
  readonly left_for_batches: number | null;
  /** Requests in the queue, by SQS’s own estimate. */
  readonly waiting: number;
  readonly paused: Pause | null;
  /** The last 14 windows, the latest first. */
  readonly history: readonly ({
    /** From one reset of the limit to the next. */
    readonly window: {
      readonly start: string;
      readonly end: string;
    };
    /** Enhancements that the account may ask for; null: no limit, or not known. */
    readonly limit: number | null;
    /** Calls that were made or are reserved. */
    readonly used: number;
    /** Those of batches. */
    readonly used_by_batches: number;
    /** Images that failed only for the limit. */
    readonly failed_for_limit: number;
  })[];
};

/** Where a partner is told. */
export type Callback = {
  /** Whose it is. */
  readonly partner: string;
  /** An `https` URL, on port 443 or 8443. */
  readonly url: string;
  /** The types of events that are sent. */
  readonly events: readonly ('reprocess.succeeded' | 'reprocess.failed' | 'image.processed' | 'image.failed' | 'image.unknown' | 'batch.finished')[];
  /** `paused` after a day of failures: nothing is sent until a test succeeds. */
  readonly state: 'active' | 'paused';
  readonly paused: {
    readonly since: string;
    readonly detail: string;
  } | null;
  /** The first failure since the last success. */
  readonly failing_since: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** The secrets that sign, the newest first. */
  readonly secrets: readonly ({
    readonly created_at: string;
    /** Null for the newest. */
    readonly expires_at: string | null;
  })[];
  /** With a new callback alone. */
  readonly secret?: string;
};

/** The callback of a partner has failed for a day. Nothing is sent until a test succeeds. */
export type CallbackPausedEvent = {
  readonly specversion: '1.0';
  /** Unique to the event. It is opaque: do not parse it. */
  readonly id: string;
  readonly type: 'callback.paused';
  /** `reprocess/<stage>` */
  readonly source: string;
  /** The image id; if none is known, the message group. */
  readonly subject: string;
  /** When the service knew it. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent?: string;
  readonly data: {
    readonly partner: string;
    /** Of its URL: scheme, host and port. */
    readonly origin: string;
    readonly failing_since?: string;
    /** What its receiver answered last. */
    readonly detail: string;
  };
};

/** The receiver of a partner answered 410, and its callback is removed. */
export type CallbackRemovedEvent = {
  readonly specversion: '1.0';
  /** Unique to the event. It is opaque: do not parse it. */
  readonly id: string;
  readonly type: 'callback.removed';
  /** `reprocess/<stage>` */
  readonly source: string;
  /** The image id; if none is known, the message group. */
  readonly subject: string;
  /** When the service knew it. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent?: string;
  readonly data: {
    readonly partner: string;
    /** Of its URL: scheme, host and port. */
    readonly origin: string;
    readonly failing_since?: string;
    /** What its receiver answered last. */
    readonly detail: string;
  };
};

/** What came of a test. */
export type CallbackTest = {
  /** Whether the receiver answered with a 2xx. */
  readonly delivered: boolean;
  readonly at: string;
  readonly duration_ms: number;
  /** Null without an answer. */
  readonly status: number | null;
  /** Why it failed, for people. */
  readonly error: string | null;
  /** The beginning of an answer that was no success. */
  readonly response?: string;
};

/** What would become of a batch. */
export type CheckedBatch = {
  readonly dry_run: true;
  readonly would_be_sent: boolean;
  /** Why nothing of it would be sent. */
  readonly refusal?: string;
  readonly counts: {
    readonly total: number;
    readonly rejected: number;
    readonly accepted: number;
  };
  /** What is wrong with the batch as a whole, for people. */
  readonly problems: readonly string[];
  /** Texts for people. */
  readonly warnings: readonly string[];
  readonly check: BatchCheck;
  readonly pace?: BatchPace;
  readonly expected_end: string | null;
  /** The first of them. */
  readonly left_out?: readonly LeftOut[];
  readonly left_out_count?: number;
};

/** How the image was finished: what the webhook said or Autoenhance’s record shows, and whether the record confirms it. */
export type Completion = {
  readonly event: 'image.processed' | 'image.failed' | 'image.unknown';
  readonly confirmed: boolean | null;
  readonly status?: string;
  readonly status_reason?: string;
  readonly ambiguous?: true;
};

/** One callback, and what became of it. */
export type Delivery = {
  /** The `webhook-id`, the same however often it is sent. */
  readonly id: string;
  readonly event_id: string;
  readonly type: 'reprocess.succeeded' | 'reprocess.failed' | 'image.processed' | 'image.failed' | 'image.unknown' | 'batch.finished';
  /** The image’s id, or the batch’s. */
  readonly subject: string;
  /** The event’s time. */
  readonly time: string;
  readonly state: 'waiting' | 'delivered' | 'given_up';
  /** The number of calls. */
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  /** The last ones, the oldest first. */
  readonly last_attempts: readonly DeliveryAttempt[];
};

/** One call of the receiver. */
export type DeliveryAttempt = {
  readonly at: string;
  readonly duration_ms: number;
  /** Null without an answer. */
  readonly status: number | null;
  /** Why it failed, for people. */
  readonly error: string | null;
  /** The beginning of an answer that was no success. */
  readonly response?: string;
};

/** Deliveries, newest first. */
export type DeliveryList = {
  readonly deliveries: readonly Delivery[];
  /** Null on the last page. */
  readonly next_cursor: string | null;
};

/** An attempt that failed, and after which the request waited for another one. */
export type FailedAttempt = {
  /** Its number. The next attempt has the same one if this one does not count. */
  readonly attempt: number;
  /** When it began. */
  readonly at: string;
  readonly code: 'endpoint_not_reached' | 'call_not_started' | 'answer_timed_out' | 'connection_lost' | 'gateway_failed' | 'api_key_unavailable' | 'account_refused' | 'refused_for_now';
  /** Of Autoenhance’s answer, if there was one. */
  readonly status?: number;
  /** The next attempt is not made before this time. */
  readonly next_attempt_at: string;
};

/** The request failed and will not be retried. */
export type FailedEvent = {
  readonly specversion: '1.0';
  /** Unique to the event. It is opaque: do not parse it. */
  readonly id: string;
  readonly type: 'reprocess.failed';
  /** `reprocess/<stage>` */
  readonly source: string;
  /** The image id; if none is known, the message group. */
  readonly subject: string;
  /** When the service knew it. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent?: string;
  readonly data: {
    readonly request: Request | UnreadableRequest;
    readonly error: OutcomeError;
    /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
    readonly attempts: number;
    /** Texts for people. */
    readonly warnings: readonly string[];
  };
};

/** It failed and will not be retried. */
export type FailedRequest = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  /** The request from its acceptance to the end of its image: `queued`, `waiting` for a retry, `started` by Autoenhance, `finished`, or `failed` at the call or at the image. */
  readonly life: 'queued' | 'waiting' | 'started' | 'finished' | 'failed';
  readonly state: 'failed';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  /** Whose it is; absent when it is the service’s own. */
  readonly partner?: string;
  readonly batch_id?: BatchId;
  /** The key of its request file. */
  readonly file?: string;
  /** Its line there. */
  readonly line?: number;
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  readonly preferences: Preferences;
  /** The request that failed only for the daily limit, and that this one sends again. */
  readonly again_for?: RequestId;
  readonly error_code: FailureCode;
  readonly ended_at: string;
  readonly error: OutcomeError;
  /** The last 10 attempts after which the request waited for another one, the oldest first. One that was interrupted is missing, since nothing is known of it. */
  readonly failed_attempts?: readonly FailedAttempt[];
  /** Texts for people. */
  readonly warnings: readonly string[];
};

/** Why a request failed. Branch on this code. */
export type FailureCode = 'invalid_request' | 'request_id_reused' | 'not_found' | 'invalid_preferences' | 'refused' | 'gave_up' | 'expired' | 'internal';

/** A batch that was handed over. */
export type HandedBatch = {
  readonly batch_id: BatchId;
  readonly name: string;
  /** How it was handed over. */
  readonly source: 'http' | 'upload' | 'order';
  /** Whose it is; absent when it is the service’s own. */
  readonly partner?: string;
  /** The batch whose failed lines this one sends again. */
  readonly retry_of?: BatchId;
  readonly state: 'checking' | 'running' | 'paused' | 'finished' | 'cancelled' | 'refused';
  readonly counts: BatchCounts;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly expected_end: string | null;
  readonly waits_for: BatchWaitsFor | null;
  /** Lines that ended in a minute, over the last minutes. */
  readonly rate_per_minute: number | null;
  /** What is wrong with the batch as a whole, for people. */
  readonly problems: readonly string[];
  /** Texts for people. */
  readonly warnings: readonly string[];
  readonly check?: BatchCheck;
  /** Of what still waits. */
  readonly pace?: BatchPace;
  /** Counts over time, oldest first. */
  readonly progress: readonly {
    readonly at: string;
    readonly started: number;
    readonly finished: number;
    readonly failed: number;
  }[];
  /** Where its results file is, once it has ended. */
  readonly results?: string;
  /** The first of them. */
  readonly left_out?: readonly LeftOut[];
  readonly left_out_count?: number;
  /** Where to put the file, until when. Whoever has the URL may put it. */
  readonly upload?: {
    readonly method: 'PUT';
    readonly url: string;
    readonly expires_at: string;
  };
  /** That nothing new is sent, since the same was handed over before. */
  readonly note?: string;
};

/** A batch that was handed over before, or what would become of one. */
export type HandedOrCheckedBatch = HandedBatch | CheckedBatch;

/** How the service is. */
export type Health = {
  /** Of the service, as released. */
  readonly version: string;
  /** The queue of requests. */
  readonly queue: {
    /** Requests that may be sent, by SQS’s own estimate. */
    readonly waiting: number;
    /** Requests that are being sent or wait for a retry, by SQS’s own estimate. */
    readonly in_work: number;
    /** Of the newest 100 requests: when the oldest without an outcome was accepted. */
    readonly oldest_accepted_at: string | null;
  };
  /** Requests that fell out of the queue and are not answered yet. */
  readonly dead_letters: number;
  /** When Autoenhance last called the webhook, to the minute. */
  readonly webhook_seen_at: string | null;
};

/** Autoenhance says that an image ended in an error. */
export type ImageFailedEvent = {
  readonly specversion: '1.0';
  /** Unique to the event. It is opaque: do not parse it. */
  readonly id: string;
  readonly type: 'image.failed';
  /** `reprocess/<stage>` */
  readonly source: string;
  /** The image id; if none is known, the message group. */
  readonly subject: string;
  /** When the service knew it. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent?: string;
  readonly data: {
    readonly event: 'image_processed';
    readonly image_id: string;
    /** The webhook’s own value, usually true. */
    readonly error: unknown;
    readonly request?: MeantRequest;
    /** Autoenhance’s record, read when the webhook was called or when the service looked by itself; null when it could not be read. */
    readonly image: ImageRecord | null;
    /** Whether Autoenhance’s record shows this end. False: it shows another than the webhook told, and `image` is right. Null: not known. */
    readonly confirmed: boolean | null;
    /** Texts for people. */
    readonly warnings: readonly string[];
    readonly [name: string]: unknown;
  };
};

/** The image's id at Autoenhance: 1 to 128 of the characters A-Z a-z 0-9 . _ ~ -, and not "." or "..". A UUID is compared in lower case. */
export type ImageId = string;

/** Autoenhance says that an image is finished. */
export type ImageProcessedEvent = {
  readonly specversion: '1.0';
  /** Unique to the event. It is opaque: do not parse it. */
  readonly id: string;
  readonly type: 'image.processed';
  /** `reprocess/<stage>` */
  readonly source: string;
  /** The image id; if none is known, the message group. */
  readonly subject: string;
  /** When the service knew it. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent?: string;
  readonly data: {
    readonly event: 'image_processed';
    readonly image_id: string;
    /** The webhook’s own value, usually false. Not the error object of a failed request. */
    readonly error?: unknown;
    readonly request?: MeantRequest;
    /** Autoenhance’s record, read when the webhook was called or when the service looked by itself; null when it could not be read. */
    readonly image: ImageRecord | null;
    /** Whether Autoenhance’s record shows this end. False: it shows another than the webhook told, and `image` is right. Null: not known. */
    readonly confirmed: boolean | null;
    /** Texts for people. */
    readonly warnings: readonly string[];
    readonly [name: string]: unknown;
  };
};

/** Autoenhance’s record of the image, complete and unchanged. This service does not check it. Members may be missing, and there may be others. */
export type ImageRecord = {
  readonly image_id?: string | null;
  /** `waiting`, `processing`, `processed`, `error` and `expired` are known: expect others. */
  readonly status?: string | null;
  /** Why the status is `error`. */
  readonly status_reason?: string | null;
  readonly image_name?: string | null;
  readonly order_id?: string | null;
  readonly user_id?: string | null;
  readonly scene?: string | null;
  /** Ms since 1970. */
  readonly date_added?: number | null;
  readonly downloaded?: boolean | null;
  readonly ai_version?: string | null;
  readonly cloud_type?: string | null;
  readonly enhance?: boolean | null;
  readonly enhance_type?: string | null;
  readonly lens_correction?: boolean | null;
  readonly privacy?: boolean | null;
  readonly rating?: number | null;
  readonly sky_replacement?: boolean | null;
  readonly upscale?: boolean | null;
  readonly vertical_correction?: boolean | null;
  readonly window_pull?: boolean | null;
  readonly [name: string]: unknown;
};

/** The request was started, and a day later nobody knows how it ended. Should Autoenhance tell later, its event still comes. */
export type ImageUnknownEvent = {
  readonly specversion: '1.0';
  /** Unique to the event. It is opaque: do not parse it. */
  readonly id: string;
  readonly type: 'image.unknown';
  /** `reprocess/<stage>` */
  readonly source: string;
  /** The image id; if none is known, the message group. */
  readonly subject: string;
  /** When the service knew it. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent?: string;
  readonly data: {
    readonly image_id: string;
    readonly request: MeantRequest;
    /** Autoenhance’s record at the last look; null when it could not be read. */
    readonly image: ImageRecord | null;
    readonly confirmed: null;
    /** Texts for people. */
    readonly warnings: readonly string[];
  };
};

/** Why the last attempt failed. */
export type LastError = {
  readonly code: 'endpoint_not_reached' | 'call_not_started' | 'answer_timed_out' | 'connection_lost' | 'gateway_failed' | 'api_key_unavailable' | 'account_refused' | 'refused_for_now';
  readonly detail: string;
  readonly status?: number;
};

/** What was meant and is no part of the batch. */
export type LeftOut = {
  /** Of a line of the batch that is sent again. */
  readonly line?: number;
  readonly image_id?: string;
  readonly reason: string;
};

/** The request that the image was finished for. */
export type MeantRequest = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  readonly preferences: Preferences;
  /** The message’s `request_id`. */
  readonly sender_request_id?: string;
  /** The partner who sent it over HTTP. */
  readonly partner?: string;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  /** The request that failed only for the daily limit, and that this one sends again. */
  readonly again_for?: RequestId;
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  readonly accepted_at: string;
  /** The key of the uploaded file. */
  readonly file?: string;
  /** The line in the uploaded file. */
  readonly line?: number;
  /** The completion may belong to another request for the image. */
  readonly ambiguous?: true;
};

/** Requests, images with preferences for all of them, or the name of a file that is uploaded later. */
export type NewBatch = readonly unknown[] | {
  readonly image_ids: readonly unknown[];
  /** Preferences, as in a single request. */
  readonly preferences: unknown;
  readonly name?: string;
  readonly not_after?: string | null;
  readonly api_version?: string | null;
} | {
  readonly upload: {
    readonly file_name: string;
  };
  readonly name?: string;
};

/** Where a partner wants to be told, and of what. */
export type NewCallback = {
  /** An `https` URL, on port 443 or 8443. */
  readonly url: string;
  /** All of them unless some are named. */
  readonly events?: readonly ('reprocess.succeeded' | 'reprocess.failed' | 'image.processed' | 'image.failed' | 'image.unknown' | 'batch.finished')[];
};

/** What to change in the images of an order. */
export type OrderReprocess = {
  /** Preferences, as in a single request. */
  readonly preferences: unknown;
  readonly name?: string;
  /** Which images are meant: those in one of these states, and those with one of these ids. */
  readonly only?: {
    readonly status?: readonly string[];
    readonly image_ids?: readonly string[];
  } | null;
};

/** Why a request failed. */
export type OutcomeError = {
  readonly code: FailureCode;
  /** The code in words. */
  readonly title: string;
  /** What happened, for people. */
  readonly detail: string;
  /** Status of Autoenhance’s last response, if there was one. */
  readonly status?: number;
  /** Autoenhance’s last response: its JSON, or its text if it was not JSON. */
  readonly endpoint?: unknown;
  /** The response to a call was lost, so the enhancement may have started. */
  readonly may_have_acted?: true;
};

/** Who may call, and how the callback does. */
export type Partner = {
  /** The name. */
  readonly partner: string;
  readonly role: 'partner' | 'operator';
  /** Null for an operator, who has none. */
  readonly limits: {
    readonly calls_per_second: number;
    /** Calls at once, after a pause. */
    readonly burst: number;
    readonly batches_per_day: number;
  } | null;
  /** Null without one. */
  readonly callback: {
    /** Of its URL. */
    readonly host: string;
    /** The types of events that are sent. */
    readonly events: readonly ('reprocess.succeeded' | 'reprocess.failed' | 'image.processed' | 'image.failed' | 'image.unknown' | 'batch.finished')[];
    /** `paused` after a day of failures: nothing is sent until a test succeeds. */
    readonly state: 'active' | 'paused';
    readonly paused: {
      readonly since: string;
      readonly detail: string;
    } | null;
    /** The first failure since the last success. */
    readonly failing_since: string | null;
    /** What became of the newest deliveries. */
    readonly recent: {
      /** How many these are: at most the newest 50. */
      readonly deliveries: number;
      /** Those that failed and will be attempted again. */
      readonly failing: number;
      /** Those that are attempted no more. */
      readonly given_up: number;
      /** The latest attempt that got through. */
      readonly delivered_at: string | null;
      /** The latest attempt that failed. */
      readonly failed_at: string | null;
    };
  } | null;
};

/** Everybody who has a key, by name. */
export type PartnerList = {
  readonly partners: readonly Partner[];
};

/** The pause of the account. */
export type Pause = {
  readonly reason: 'daily_limit' | 'person';
  /** Absent until somebody resumes. */
  readonly until?: string;
  /** For people. */
  readonly detail: string;
  readonly since: string;
};

/** A pause of the account. */
export type PauseCall = {
  /** For people. */
  readonly reason: string;
  /** A date and time with an offset, in the future. Without it, until somebody resumes. */
  readonly until?: string;
};

/** The enhancement choices to change. A field that is left out keeps the value of the image’s last enhancement; there are no defaults, and nothing is added. Unknown fields are passed on unchanged. At most 64 KiB as JSON, and 64 levels deep. */
export type Preferences = {
  /** The version of the AI that enhances the image. */
  readonly ai_version?: string;
  /** The new sky, together with `sky_replacement: true`. Documented: CLEAR, LOW_CLOUD, HIGH_CLOUD, LOW_CLOUD_LOW_SAT. */
  readonly cloud_type?: string | null;
  /** Whether to enhance the image at all. */
  readonly enhance?: boolean;
  /** The style. Documented: property, property_usa, warm, neutral, authentic, modern. `property` and `property_usa` are meant for AI below 4.0, `warm` and `neutral` for 4.0 and above. */
  readonly enhance_type?: string;
  /** Passed on unchanged. */
  readonly finetune_settings?: {
    readonly [name: string]: unknown;
  } | null;
  /** In Autoenhance’s own sample, without an explanation. */
  readonly hdr?: boolean;
  /** A name for people. */
  readonly image_name?: string;
  /** Whether to correct the lens’s distortion. */
  readonly lens_correction?: boolean;
  /** The caller’s own data, stored with the image. */
  readonly metadata?: {
    readonly [name: string]: unknown;
  } | null;
  /** The order that the image belongs to. */
  readonly order_id?: string;
  /** Whether to blur faces and number plates. */
  readonly privacy?: boolean | null;
  /** How well the image was enhanced before. */
  readonly rating?: number;
  /** Whether to replace the sky. */
  readonly sky_replacement?: boolean;
  /** Whether the image is a 360° panorama. */
  readonly threesixty?: boolean;
  /** Whether to enlarge the image. */
  readonly upscale?: boolean;
  /** Whether to straighten vertical lines. */
  readonly vertical_correction?: boolean;
  /** Whether to show the view through the windows. AI 4.0 and above. */
  readonly window_pull?: boolean | null;
  readonly [name: string]: unknown;
};

/** The request. */
export type Request = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  readonly preferences: Preferences;
  /** The message’s `request_id`. */
  readonly sender_request_id?: string;
  /** The partner who sent it over HTTP. */
  readonly partner?: string;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  /** The request that failed only for the daily limit, and that this one sends again. */
  readonly again_for?: RequestId;
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  readonly accepted_at: string;
  /** The key of the uploaded file. */
  readonly file?: string;
  /** The line in the uploaded file. */
  readonly line?: number;
};

/** This service’s id of the request, from any entry point. */
export type RequestId = string;

/** A request with its state and outcome. */
export type RequestItem = AcceptedRequest | WaitingRequest | SucceededRequest | FailedRequest;

/** Requests, newest first. */
export type RequestList = {
  readonly requests: readonly RequestSummary[];
  /** For the query’s `cursor`; absent on the last page. */
  readonly next_cursor?: string;
};

/** A request in a list. */
export type RequestSummary = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  /** The request from its acceptance to the end of its image: `queued`, `waiting` for a retry, `started` by Autoenhance, `finished`, or `failed` at the call or at the image. */
  readonly life: 'queued' | 'waiting' | 'started' | 'finished' | 'failed';
  readonly state: 'accepted' | 'waiting' | 'succeeded' | 'failed';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  /** Whose it is; absent when it is the service’s own. */
  readonly partner?: string;
  readonly batch_id?: BatchId;
  /** The key of its request file. */
  readonly file?: string;
  /** Its line there. */
  readonly line?: number;
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  /** The next attempt is not made before this time. */
  readonly next_attempt_at?: string;
  readonly error_code?: FailureCode | 'enhancement_failed' | 'completion_unknown';
  /** When Autoenhance said that the image is finished. */
  readonly completed_at?: string;
};

/** A new secret. The old one signs beside it for a day. */
export type RotatedSecret = {
  /** What signs. It is shown this once. */
  readonly secret: string;
  /** The secrets that sign, the newest first. */
  readonly secrets: readonly ({
    readonly created_at: string;
    /** Null for the newest. */
    readonly expires_at: string | null;
  })[];
};

/** A batch that was paused, resumed or cancelled. */
export type SteeredBatch = {
  readonly batch_id: BatchId;
  readonly name: string;
  /** How it was handed over. */
  readonly source: 'http' | 'upload' | 'order';
  /** Whose it is; absent when it is the service’s own. */
  readonly partner?: string;
  /** The batch whose failed lines this one sends again. */
  readonly retry_of?: BatchId;
  readonly state: 'checking' | 'running' | 'paused' | 'finished' | 'cancelled' | 'refused';
  readonly counts: BatchCounts;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly expected_end: string | null;
  readonly waits_for: BatchWaitsFor | null;
  /** Lines that ended in a minute, over the last minutes. */
  readonly rate_per_minute: number | null;
  /** What is wrong with the batch as a whole, for people. */
  readonly problems: readonly string[];
  /** Texts for people. */
  readonly warnings: readonly string[];
  readonly check?: BatchCheck;
  /** Of what still waits. */
  readonly pace?: BatchPace;
  /** Counts over time, oldest first. */
  readonly progress: readonly {
    readonly at: string;
    readonly started: number;
    readonly finished: number;
    readonly failed: number;
  }[];
  /** Where its results file is, once it has ended. */
  readonly results?: string;
  /** What it is too late for. */
  readonly note?: string;
};

/** Autoenhance accepted the request and has started the enhancement. */
export type SucceededEvent = {
  readonly specversion: '1.0';
  /** Unique to the event. It is opaque: do not parse it. */
  readonly id: string;
  readonly type: 'reprocess.succeeded';
  /** `reprocess/<stage>` */
  readonly source: string;
  /** The image id; if none is known, the message group. */
  readonly subject: string;
  /** When the service knew it. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The trace that it belongs to (W3C Trace Context). */
  readonly traceparent?: string;
  readonly data: {
    readonly request: Request;
    /** Autoenhance’s response; null when it could not be read. */
    readonly image: ImageRecord | null;
    /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
    readonly attempts: number;
    /** Texts for people. */
    readonly warnings: readonly string[];
  };
};

/** Autoenhance accepted the call; `life` says what has become of the image. */
export type SucceededRequest = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  /** The request from its acceptance to the end of its image: `queued`, `waiting` for a retry, `started` by Autoenhance, `finished`, or `failed` at the call or at the image. */
  readonly life: 'queued' | 'waiting' | 'started' | 'finished' | 'failed';
  readonly state: 'succeeded';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  /** Whose it is; absent when it is the service’s own. */
  readonly partner?: string;
  readonly batch_id?: BatchId;
  /** The key of its request file. */
  readonly file?: string;
  /** Its line there. */
  readonly line?: number;
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  readonly preferences: Preferences;
  /** The request that failed only for the daily limit, and that this one sends again. */
  readonly again_for?: RequestId;
  readonly ended_at: string;
  /** The last 10 attempts after which the request waited for another one, the oldest first. One that was interrupted is missing, since nothing is known of it. */
  readonly failed_attempts?: readonly FailedAttempt[];
  /** Autoenhance started it, and failed to enhance the image, or nobody knows whether it did. */
  readonly error_code?: 'enhancement_failed' | 'completion_unknown';
  readonly image: ImageRecord | null;
  /** When Autoenhance said that the image is finished. */
  readonly completed_at?: string;
  readonly completion?: Completion;
  /** It failed only for the daily limit, and is sent again as this request. */
  readonly again_as?: RequestId;
  /** Texts for people. */
  readonly warnings: readonly string[];
};

/** A message or line that is not a valid request. */
export type UnreadableRequest = {
  readonly request_id: RequestId;
  readonly image_id?: ImageId;
  /** The first 64 KiB of the message. */
  readonly original: string;
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  readonly accepted_at: string;
  /** The key of the uploaded file. */
  readonly file?: string;
  /** The line in the uploaded file. */
  readonly line?: number;
};

/** An attempt failed, and the request will be retried. */
export type WaitingRequest = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  /** The request from its acceptance to the end of its image: `queued`, `waiting` for a retry, `started` by Autoenhance, `finished`, or `failed` at the call or at the image. */
  readonly life: 'queued' | 'waiting' | 'started' | 'finished' | 'failed';
  readonly state: 'waiting';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  /** Whose it is; absent when it is the service’s own. */
  readonly partner?: string;
  readonly batch_id?: BatchId;
  /** The key of its request file. */
  readonly file?: string;
  /** Its line there. */
  readonly line?: number;
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  readonly preferences: Preferences;
  /** The request that failed only for the daily limit, and that this one sends again. */
  readonly again_for?: RequestId;
  /** The next attempt is not made before this time. */
  readonly next_attempt_at: string;
  readonly last_error: LastError;
  /** The last 10 attempts after which the request waited for another one, the oldest first. One that was interrupted is missing, since nothing is known of it. */
  readonly failed_attempts?: readonly FailedAttempt[];
  readonly waits_for?: WaitsFor;
  /** Texts for people. */
  readonly warnings: readonly string[];
};

/** Why no call is made for the account, and until when. */
export type WaitsFor = {
  readonly reason: 'daily_limit' | 'person';
  /** Absent until somebody resumes. */
  readonly until?: string;
};

/** An event of the results queue. */
export type AnyEvent = SucceededEvent | FailedEvent | ImageProcessedEvent | ImageFailedEvent | ImageUnknownEvent | BatchFinishedEvent | CallbackPausedEvent | CallbackRemovedEvent | AutoenhanceEvent;

/** What each route takes and answers with success. */
export interface Routes {
  /** Process an image again. */
  'POST /v3/images/{id}/process': {
    readonly path: {
      readonly id: ImageId;
    };
    readonly query: Record<string, never>;
    readonly headers: {
      readonly 'Idempotency-Key'?: string;
      readonly Prefer?: string;
      /** A date and time with an offset. A request that has not been sent when it passes ends as `expired`. */
      readonly 'Reprocess-Not-After'?: string;
      /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
      readonly 'x-api-version'?: string;
      /** The trace that it belongs to (W3C Trace Context). */
      readonly traceparent?: string;
    };
    readonly body: Preferences;
    readonly response: ImageRecord | RequestItem;
  };
  /** Read a request and its outcome. */
  'GET /v3/requests/{request_id}': {
    readonly path: {
      readonly request_id: RequestId;
    };
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: RequestItem;
  };
  /** List your requests for an image, newest first. */
  'GET /v3/images/{id}/requests': {
    readonly path: {
      readonly id: ImageId;
    };
    readonly query: {
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: RequestList;
  };
  /** List requests, newest first. */
  'GET /v3/requests': {
    readonly path: Record<string, never>;
    readonly query: {
      readonly state?: 'queued' | 'waiting' | 'started' | 'finished' | 'failed' | 'accepted' | 'succeeded';
      readonly code?: string;
      /** The request’s entry point. */
      readonly source?: 'http' | 'sqs' | 'upload';
      readonly image?: ImageId;
      readonly since?: string;
      readonly partner?: string;
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: RequestList;
  };
  /** Read what the account may still do today. */
  'GET /v3/budget': {
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: Budget;
  };
  /** Read how the service is. */
  'GET /v3/health': {
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: Health;
  };
  /** Read an image as it is at Autoenhance now. */
  'GET /v3/images/{id}': {
    readonly path: {
      readonly id: ImageId;
    };
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: ImageRecord;
  };
  /** See the preview of an image. */
  'GET /v3/images/{id}/preview': {
    readonly path: {
      readonly id: ImageId;
    };
    readonly query: {
      readonly of?: 'original' | 'enhanced';
      readonly v?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: Blob;
  };
  /** List batches, newest first. */
  'GET /v3/batches': {
    readonly path: Record<string, never>;
    readonly query: {
      readonly state?: 'checking' | 'running' | 'paused' | 'finished' | 'cancelled' | 'refused';
      readonly partner?: string;
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: BatchList;
  };
  /** Hand over a batch. */
  'POST /v3/batches': {
    readonly path: Record<string, never>;
    readonly query: {
      readonly dry_run?: boolean;
      readonly name?: string;
    };
    readonly headers: {
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: NewBatch | Blob;
    readonly response: HandedOrCheckedBatch | HandedBatch;
  };
  /** Read a batch. */
  'GET /v3/batches/{batch_id}': {
    readonly path: {
      readonly batch_id: BatchId;
    };
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: Batch;
  };
  /** List the lines of a batch. */
  'GET /v3/batches/{batch_id}/requests': {
    readonly path: {
      readonly batch_id: BatchId;
    };
    readonly query: {
      readonly state?: 'rejected' | 'waiting' | 'queued' | 'started' | 'finished' | 'failed' | 'cancelled';
      readonly code?: string;
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: BatchLineList;
  };
  /** Read the results of a batch. */
  'GET /v3/batches/{batch_id}/results': {
    readonly path: {
      readonly batch_id: BatchId;
    };
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: Blob;
  };
  /** Read your callback. */
  'GET /v3/callback': {
    readonly path: Record<string, never>;
    readonly query: {
      readonly partner?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: Callback;
  };
  /** Set your callback. */
  'PUT /v3/callback': {
    readonly path: Record<string, never>;
    readonly query: {
      readonly partner?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: NewCallback;
    readonly response: Callback;
  };
  /** Remove your callback. */
  'DELETE /v3/callback': {
    readonly path: Record<string, never>;
    readonly query: {
      readonly partner?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: undefined;
  };
  /** List what was delivered, newest first. */
  'GET /v3/callback/deliveries': {
    readonly path: Record<string, never>;
    readonly query: {
      readonly partner?: string;
      readonly limit?: number;
      readonly cursor?: string;
      readonly request_id?: RequestId;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: DeliveryList;
  };
  /** List who may call, and how their callbacks do. */
  'GET /v3/partners': {
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: PartnerList;
  };
  /** Send the failed lines of a batch again. */
  'POST /v3/batches/{batch_id}/retry': {
    readonly path: {
      readonly batch_id: BatchId;
    };
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: HandedBatch;
  };
  /** Pause a batch. */
  'POST /v3/batches/{batch_id}/pause': {
    readonly path: {
      readonly batch_id: BatchId;
    };
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: SteeredBatch;
  };
  /** Resume a batch. */
  'POST /v3/batches/{batch_id}/resume': {
    readonly path: {
      readonly batch_id: BatchId;
    };
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: SteeredBatch;
  };
  /** Cancel a batch. */
  'POST /v3/batches/{batch_id}/cancel': {
    readonly path: {
      readonly batch_id: BatchId;
    };
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: SteeredBatch;
  };
  /** Process the images of an order again. */
  'POST /v3/orders/{order_id}/reprocess': {
    readonly path: {
      readonly order_id: ImageId;
    };
    readonly query: {
      readonly dry_run?: boolean;
      readonly name?: string;
    };
    readonly headers: {
      readonly 'Idempotency-Key'?: string;
    };
    readonly body: OrderReprocess;
    readonly response: HandedOrCheckedBatch | HandedBatch;
  };
  /** Send a test to your receiver. */
  'POST /v3/callback/test': {
    readonly path: Record<string, never>;
    readonly query: {
      readonly partner?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: CallbackTest;
  };
  /** Get a new secret. */
  'POST /v3/callback/rotate': {
    readonly path: Record<string, never>;
    readonly query: {
      readonly partner?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: RotatedSecret;
  };
  /** Send a callback once more. */
  'POST /v3/callback/deliveries/{id}/resend': {
    readonly path: {
      /** The `webhook-id`, the same however often it is sent. */
      readonly id: string;
    };
    readonly query: {
      readonly partner?: string;
    };
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: Delivery;
  };
  /** Send a failed request again. */
  'POST /v3/requests/{request_id}/retry': {
    readonly path: {
      readonly request_id: RequestId;
    };
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: RequestItem;
  };
  /** Pause every call for the account. */
  'PUT /v3/pause': {
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: PauseCall;
    readonly response: Budget;
  };
  /** Resume calls for the account. */
  'DELETE /v3/pause': {
    readonly path: Record<string, never>;
    readonly query: Record<string, never>;
    readonly headers: Record<string, never>;
    readonly body: undefined;
    readonly response: Budget;
  };
}
