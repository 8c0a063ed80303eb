/** What is wrong, under the part of the request (`json`, `path`) and the field it stands in: the endpoint's own form. */
export type FieldErrors = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** A call that cannot be carried out as it stands. Its message is for the caller. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  /** 422 where the endpoint could also have refused it. */
  readonly status: 400 | 413 | 415 | 422;
  readonly fields: FieldErrors;

  constructor(status: BadRequest['status'], message: string, fields: FieldErrors = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}
