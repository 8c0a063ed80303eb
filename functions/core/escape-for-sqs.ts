/**
 * JSON text in characters that SQS takes: tab, line feed, carriage return, U+0020 to U+D7FF, U+E000 to U+FFFD and U+10000 to
 * U+10FFFF (SQS API reference, SendMessage). `JSON.stringify` escapes controls and lone surrogates itself, which leaves the
 * two last code points of the first plane; in JSON they can only stand within a string.
 */
export function escapeForSqs(json: string): string {
  return json.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
}
