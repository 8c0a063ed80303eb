/** The same text for the same request, however its preferences are written. @param preferences JSON */
export function contentOf(imageId: string, preferences: string): string {
  return `${imageId} ${sortedJson(JSON.parse(preferences))}`;
}

/** JSON with the members of its objects by name. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sortedJson(member)}`).join()}}`;
}
