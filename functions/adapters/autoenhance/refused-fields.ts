import { isJsonObject } from '../../core/json.ts';

/** A sentence, not a document: the whole response stands beside it. */
const MAX_CHARACTERS = 300;

/**
 * What the endpoint says of each field, from the form that the vendor documents for its 422: `{"message", "detail": {"json":
 * {"rating": ["Must be …"]}}}`. `_schema` is the whole body.
 * @param response as it was parsed
 * @returns `rating: Must be …; scene: …`; empty for any other form
 */
export function refusedFields(response: unknown): string {
  const text = fieldsOf(response).map(sentenceOf).join('; ');
  const characters = [...text];
  return characters.length <= MAX_CHARACTERS ? text : `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`;
}

function fieldsOf(response: unknown): readonly (readonly [field: string, said: unknown])[] {
  const detail = isJsonObject(response) ? response.detail : undefined;
  const fields = isJsonObject(detail) ? detail.json : undefined;
  return isJsonObject(fields) ? Object.entries(fields) : [];
}

function sentenceOf([field, said]: readonly [string, unknown]): string {
  const problem = Array.isArray(said) ? said.join(' ') : typeof said === 'string' ? said : JSON.stringify(said);
  return field === '_schema' ? problem : `${field}: ${problem}`;
}
