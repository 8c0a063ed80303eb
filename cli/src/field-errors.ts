type Members = Readonly<Record<string, unknown>>;

/** What is wrong with the fields of a call, as Autoenhance tells it; undefined when it tells of none. */
export function fieldErrors(body: unknown): string | undefined {
  const { detail } = Object(body) as Members;
  if (typeof detail !== 'object' || detail === null) return undefined;
  // By part of the call, such as `json`, and field.
  const fields = Object.values(detail).flatMap((part) => Object.entries(Object(part) as Members));
  const sentences = fields.flatMap(([field, texts]) => [texts].flat().map((text) => sentenceOf(field, `${text}`)));
  return sentences.join('; ') || undefined;
}

/** Autoenhance's own texts do not say which field they mean; the service's do. */
function sentenceOf(field: string, text: string): string {
  if (text.includes(field)) return text;
  return `${field}: ${text.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())}`;
}
