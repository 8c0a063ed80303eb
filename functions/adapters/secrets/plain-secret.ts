import { neverFilled, SecretFlaw } from './read-secret.ts';

interface PlainSecret {
  /** `API key` */
  readonly noun: string;
  /** The value's name when the secret is a JSON object. Required, and never empty. */
  readonly member: string;
  /** The name of a second value, which may be absent. */
  readonly otherMember?: string;
}

/** Values for a header. Their secret is one value as plain text, or a JSON object. @throws SecretFlaw */
export function parsePlainSecret(text: string, { noun, member, otherMember }: PlainSecret): readonly string[] {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return [checked(trimmed, noun)];
  const content = parseObject(trimmed);
  // The initial content of a new stage.
  if (Object.keys(content).length === 0) return [checked('', noun)];
  if (content[member] === undefined) throw new SecretFlaw(`is a JSON object without "${member}"`);
  const others = otherMember !== undefined && content[otherMember] !== undefined ? [otherMember] : [];
  for (const name of others) if (textOf(content, name) === '') throw new SecretFlaw(`has an empty "${name}"`);
  return [member, ...others].map((name) => checked(textOf(content, name), noun));
}

function textOf(content: Readonly<Record<string, unknown>>, name: string): string {
  const value = content[name];
  if (typeof value !== 'string') throw new SecretFlaw(`has a "${name}" that is not a string`);
  return value.trim();
}

function checked(value: string, noun: string): string {
  if (value === '') throw neverFilled();
  // The characters of a header, without the space: a value with a space was copied together with something else.
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new SecretFlaw(`has a space, a line break or another character that no ${noun} has`);
  }
  return value;
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    throw new SecretFlaw('begins like a JSON object, but is not valid JSON');
  }
}
