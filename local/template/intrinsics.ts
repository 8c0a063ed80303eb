/** What the intrinsic functions of one stack's template refer to. */
export interface Symbols {
  /** @throws UnsupportedTemplate when it is not known */
  ref(logicalId: string): unknown;
  /** @throws UnsupportedTemplate when it is not known */
  attribute(logicalId: string, attribute: string): unknown;
  /** What some stack exports under the name. @throws UnsupportedTemplate when none does */
  importValue(name: string): unknown;
}

/** A template has something that the local service does not support. It would run something else than what deploys. */
export class UnsupportedTemplate extends Error {
  override readonly name = 'UnsupportedTemplate';
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A template's value with every intrinsic function replaced by what it stands for; members that are `AWS::NoValue` are
 * left out.
 * @throws UnsupportedTemplate that names the function it does not know
 */
export function resolveIntrinsics(value: unknown, symbols: Symbols): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveIntrinsics(item, symbols)).filter((item) => item !== undefined);
  }
  if (!isObject(value)) return value;
  const [call, ...rest] = Object.entries(value);
  if (call !== undefined && rest.length === 0 && isIntrinsic(call[0])) return evaluate(call[0], call[1], symbols);
  const members = Object.entries(value).map(([name, member]) => [name, resolveIntrinsics(member, symbols)]);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::');
}

function evaluate(name: string, argument: unknown, symbols: Symbols): unknown {
  const resolve = (value: unknown) => resolveIntrinsics(value, symbols);
  switch (name) {
    case 'Ref':
      return symbols.ref(textOf(name, argument));
    case 'Fn::GetAtt': {
      const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : listOf(name, argument);
      return symbols.attribute(textOf(name, logicalId), attribute.map((part) => textOf(name, resolve(part))).join('.'));
    }
    case 'Fn::ImportValue':
      return symbols.importValue(textOf(name, resolve(argument)));
    case 'Fn::Sub':
      return substitute(argument, symbols);
    case 'Fn::Join': {
      const [delimiter, parts] = listOf(name, argument);
      return listOf(name, resolve(parts)).join(textOf(name, delimiter));
    }
    case 'Fn::Split': {
      const [delimiter, text] = listOf(name, argument);
      return textOf(name, resolve(text)).split(textOf(name, delimiter));
    }
    case 'Fn::Select': {
      const [index, items] = listOf(name, argument);
      const item = listOf(name, resolve(items))[Number(resolve(index))];
      if (item === undefined) throw wrong(name, argument);
      return item;
    }
    default:
      throw new UnsupportedTemplate(`the local service does not know the intrinsic function ${name}`);
  }
}

// `${Name}`, `${Name.Attribute}`, `${AWS::Region}`; `${!Name}` is the text `${Name}`.
const PLACEHOLDER = /\$\{(!?)([^}]+)\}/g;

function substitute(argument: unknown, symbols: Symbols): string {
  const [text, given] = typeof argument === 'string' ? [argument, {}] : listOf('Fn::Sub', argument);
  const variables = isObject(given) ? given : {};
  return textOf('Fn::Sub', text).replace(PLACEHOLDER, (_, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return textOf('Fn::Sub', resolveIntrinsics(variables[name], symbols));
    const intrinsic = name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name };
    return textOf('Fn::Sub', resolveIntrinsics(intrinsic, symbols));
  });
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw wrong(name, value);
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(name, value);
}

function wrong(name: string, argument: unknown): UnsupportedTemplate {
  return new UnsupportedTemplate(`${name} cannot be resolved from ${JSON.stringify(argument)}`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
