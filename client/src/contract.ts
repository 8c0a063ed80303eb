// Written by `npm run contract` from the schemas of tools/contract. Change those.

/** Waiting for its first attempt, or in it. */
export type AcceptedRequest = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  readonly state: 'accepted';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  readonly preferences: Preferences;
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

/** How the image was finished: what the webhook said, and whether Autoenhance’s record confirms it. */
export type Completion = {
  readonly event: 'image.processed' | 'image.failed';
  readonly confirmed: boolean | null;
  readonly status?: string;
  readonly status_reason?: string;
  readonly ambiguous?: true;
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
  readonly state: 'failed';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  readonly preferences: Preferences;
  readonly error_code: FailureCode;
  readonly ended_at: string;
  readonly error: OutcomeError;
  /** Texts for people. */
  readonly warnings: readonly string[];
};

/** Why a request failed. Branch on this code. */
export type FailureCode = 'invalid_request' | 'request_id_reused' | 'not_found' | 'invalid_preferences' | 'refused' | 'gave_up' | 'expired' | 'internal';

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
    /** Autoenhance’s record, read when the webhook was called; null when it could not be read. */
    readonly image: ImageRecord | null;
    /** Whether the record’s status agrees with the webhook. False: it does not, and `image` is right. Null: not known. */
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
    /** Autoenhance’s record, read when the webhook was called; null when it could not be read. */
    readonly image: ImageRecord | null;
    /** Whether the record’s status agrees with the webhook. False: it does not, and `image` is right. Null: not known. */
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

/** Why the last attempt failed. */
export type LastError = {
  readonly code: 'endpoint_not_reached' | 'call_not_started' | 'answer_timed_out' | 'connection_lost' | 'gateway_failed' | 'api_key_unavailable' | 'account_refused' | 'refused_for_now';
  readonly detail: string;
  readonly status?: number;
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

/** A partner’s requests for an image, newest first. */
export type RequestList = {
  readonly requests: readonly RequestSummary[];
  /** For the query’s `cursor`; absent on the last page. */
  readonly next_cursor?: string;
};

/** A request in a list. */
export type RequestSummary = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  readonly state: 'accepted' | 'waiting' | 'succeeded' | 'failed';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  /** The next attempt is not made before this time. */
  readonly next_attempt_at?: string;
  readonly error_code?: FailureCode;
  /** When Autoenhance said that the image is finished. */
  readonly completed_at?: string;
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

/** Autoenhance accepted it. */
export type SucceededRequest = {
  readonly request_id: RequestId;
  readonly image_id: ImageId;
  readonly state: 'succeeded';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  readonly preferences: Preferences;
  readonly ended_at: string;
  readonly image: ImageRecord | null;
  /** When Autoenhance said that the image is finished. */
  readonly completed_at?: string;
  readonly completion?: Completion;
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
  readonly state: 'waiting';
  /** The request’s entry point. */
  readonly source: 'http' | 'sqs' | 'upload';
  readonly accepted_at: string;
  /** The number of attempts. An attempt that failed because of the account (401, 402) does not count. */
  readonly attempts: number;
  readonly not_after?: string;
  /** The version of Autoenhance’s API that the request is sent with; without it, the stage’s. */
  readonly api_version?: string;
  readonly preferences: Preferences;
  /** The next attempt is not made before this time. */
  readonly next_attempt_at: string;
  readonly last_error: LastError;
  /** Texts for people. */
  readonly warnings: readonly string[];
};

/** An event of the results queue. */
export type AnyEvent = SucceededEvent | FailedEvent | ImageProcessedEvent | ImageFailedEvent | AutoenhanceEvent;

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
}
