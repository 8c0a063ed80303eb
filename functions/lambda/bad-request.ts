/** Messages by part of the request (`json`, `path`) and field, as in the endpoint's own errors. */
export type FieldErrors = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** A call that is not valid. The message is for the caller. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  /** 422 when the endpoint could have refused it too. */
  readonly status: 400 | 413 | 415 | 422;
  readonly fields: FieldErrors;

  constructor(status: BadRequest['status'], message: string, fields: FieldErrors = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}
