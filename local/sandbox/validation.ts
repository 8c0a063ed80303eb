import { isJsonObject, type JsonObject, parseJson, plainNumber } from '../../functions/core/json.ts';

/** The body of a 422: `detail.json` has an entry for each wrong field, or `_schema` for the whole body. */
export interface Refused {
  readonly message: string;
  readonly detail: { readonly json: Readonly<Record<string, readonly string[]>> };
}

export type Validated = { readonly preferences: JsonObject } | { readonly refused: Refused };

type Rule = (value: unknown) => string | undefined;

const aString: Rule = (value) => (typeof value === 'string' ? undefined : 'Not a valid string.');
const aVersion: Rule = (value) => aString(value) ?? (value === '' ? 'Shorter than minimum length 1.' : undefined);
const aBoolean: Rule = (value) => (typeof value === 'boolean' ? undefined : 'Not a valid boolean.');
const anObject: Rule = (value) => (isJsonObject(value) ? undefined : 'Not a valid mapping type.');
const aRating: Rule = (given) => {
  const value = plainNumber(given);
  if (!Number.isInteger(value)) return 'Not a valid integer.';
  const isInRange = (value as number) >= 0 && (value as number) <= 5;
  return isInRange ? undefined : 'Must be greater than or equal to 0 and less than or equal to 5.';
};
const oneOf =
  (...values: readonly string[]): Rule =>
  (value) =>
    aString(value) ?? (values.includes(value as string) ? undefined : `Must be one of: ${values.join(', ')}.`);
const orNull =
  (rule: Rule): Rule =>
  (value) =>
    value === null ? undefined : rule(value);

// Written from the vendor's page, not from the service's own rules, so that tests reveal a mistake in either.
const RULES: Readonly<Record<string, Rule>> = {
  ai_version: aVersion,
  cloud_type: orNull(oneOf('CLEAR', 'LOW_CLOUD', 'HIGH_CLOUD', 'LOW_CLOUD_LOW_SAT')),
  enhance: aBoolean,
  enhance_type: oneOf('property', 'property_usa', 'warm', 'neutral', 'authentic', 'modern'),
  finetune_settings: orNull(anObject),
  image_name: aString,
  lens_correction: aBoolean,
  metadata: orNull(anObject),
  order_id: aString,
  privacy: orNull(aBoolean),
  rating: aRating,
  sky_replacement: aBoolean,
  threesixty: aBoolean,
  upscale: aBoolean,
  vertical_correction: aBoolean,
  window_pull: orNull(aBoolean),
};

/** Checks a request's body. Fields without a rule are accepted. */
export function validate(body: string): Validated {
  const value = parsed(body);
  if (!isJsonObject(value)) return { refused: refused({ _schema: ['Invalid input type.'] }) };
  const problems = Object.entries(value).flatMap(([field, given]) => {
    const problem = Object.hasOwn(RULES, field) ? RULES[field]?.(given) : undefined;
    return problem === undefined ? [] : [[field, [problem]] as const];
  });
  return problems.length === 0 ? { preferences: value } : { refused: refused(Object.fromEntries(problems)) };
}

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

export function refused(problems: Refused['detail']['json']): Refused {
  return { message: 'Validation error', detail: { json: problems } };
}
