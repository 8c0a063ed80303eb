/** Headers whose values are secrets; nobody sees them in what the demo prints, or in the sandbox's list of calls. */
const SECRET_HEADERS = ['x-api-key', 'authentication', 'authorization'];

/** Headers for a person to read. @param headers names in lower case */
export function maskedHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(entries.map(([name, value]) => [name, SECRET_HEADERS.includes(name) ? '***' : value]));
}
