/** The response of SQS in place of a result. `name` is the code of its API reference. */
export class SqsError extends Error {
  override readonly name: string;
  readonly $fault = 'client';

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** A receipt handle that is good for nothing any more: what a careful caller meets in ordinary operation. */
export class HandleExpired extends SqsError {
  constructor(handle: string, reason = 'The receipt handle has expired.') {
    super('InvalidParameterValue', `Value ${handle} for parameter ReceiptHandle is invalid. Reason: ${reason}`);
  }
}
