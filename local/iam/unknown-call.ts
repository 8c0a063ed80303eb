/** A call whose permissions are not known here. It is refused. */
export class UnknownCall extends Error {
  override readonly name = 'UnknownCall';
}

/** `SendMessage` from `AmazonSQS.SendMessage`. @throws UnknownCall */
export function operationOf(target: string | string[] | undefined): string {
  const operation = /^[A-Za-z0-9_]+\.([A-Za-z]+)$/.exec(String(target))?.[1];
  if (operation !== undefined) return operation;
  throw new UnknownCall(
    `the local service reads only the JSON protocols: X-Amz-Target must name an operation, got ${target}`,
  );
}
