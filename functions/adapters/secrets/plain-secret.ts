import { neverFilled, SecretFlaw } from './read-secret.ts';

interface PlainSecret {
  /** `API key` */
  readonly noun: string;
  /** What it is called where the secret is a JSON object: required, and never empty. */
  readonly member: string;
  /** A second one, which may be absent. */
  readonly otherMember?: string;
}

/** Values for a header out of their secret: its text, or members of the JSON object that it is. @throws SecretFlaw */
export function parsePlainSecret(text: string, { noun, member, otherMember }: PlainSecret): readonly string[] {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return [checked(trimmed, noun)];
  const content = parseObject(trimmed);
  // What a deployed stage begins with.
  if (Object.keys(content).length === 0) return [checked('', noun)];
  if (content[member] === undefined) throw new SecretFlaw(`is a JSON object without "${member}"`);
  const others = otherMember !== undefined && content[otherMember] !== undefined ? [otherMember] : [];
  for (const name of others) if (textOf(content, name) === '') throw new SecretFlaw(`holds nothing as its "${name}"`);
  return [member, ...others].map((name) => checked(textOf(content, name), noun));
}

function textOf(content: Readonly<Record<string, unknown>>, name: string): string {
  const value = content[name];
  if (typeof value !== 'string') throw new SecretFlaw(`holds no string as its "${name}"`);
  return value.trim();
}

function checked(value: string, noun: string): string {
  if (value === '') throw neverFilled();
  // What a header may carry, without the space: a value that holds one was copied together with something else.
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new SecretFlaw(`holds a space, a line break or another character that no ${noun} has`);
  }
  return value;
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    throw new SecretFlaw('begins like a JSON object and is none');
  }
}
