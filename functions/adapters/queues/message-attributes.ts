import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

/** What a request's message carries beside its body: nothing of it takes part in the request's identity. */
export function attributesOf({
  traceparent,
}: {
  readonly traceparent?: string | undefined;
}): Record<string, MessageAttributeValue> | undefined {
  return traceparent === undefined ? undefined : { traceparent: { DataType: 'String', StringValue: traceparent } };
}
