/**
 * Escapes the characters in JSON text that SQS refuses. It accepts tab, line feed, carriage return, U+0020 to U+D7FF, U+E000
 * to U+FFFD and U+10000 to U+10FFFF (SQS API reference, SendMessage). `JSON.stringify` escapes controls and lone surrogates
 * itself. That leaves U+FFFE and U+FFFF, which JSON can only contain within a string.
 */
export function escapeForSqs(json: string): string {
  return json.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
}
