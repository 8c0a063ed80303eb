import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

/** The attributes of a request's message. They are not part of the request's identity. */
export function attributesOf({
  traceparent,
}: {
  readonly traceparent?: string | undefined;
}): Record<string, MessageAttributeValue> | undefined {
  return traceparent === undefined ? undefined : { traceparent: { DataType: 'String', StringValue: traceparent } };
}
