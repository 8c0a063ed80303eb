import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A file that the context is read from cannot be understood; the message says which, and why. */
export class UnreadableContext extends Error {
  override readonly name = 'UnreadableContext';
}

/**
 * The CDK's context: what the CLI hands to the app or, where no CLI runs, what it would read. So every command sees the same
 * stages. Of a key that several files have, the first in this order counts: cdk.json, cdk.context.json, ~/.cdk.json.
 * @param folder that cdk.json is in; this project's, unless given
 * @throws UnreadableContext
 */
export function readContext(folder = join(import.meta.dirname, '..')): Readonly<Record<string, unknown>> {
  const fromCli = process.env.CDK_CONTEXT_JSON;
  if (fromCli !== undefined) return parse(fromCli, 'CDK_CONTEXT_JSON');
  return {
    ...readContextOf(join(homedir(), '.cdk.json')),
    ...read(join(folder, 'cdk.context.json')),
    ...readContextOf(join(folder, 'cdk.json')),
  };
}

function readContextOf(file: string): Record<string, unknown> {
  const { context = {} } = read(file);
  return context as Record<string, unknown>;
}

function read(file: string): Record<string, unknown> {
  return existsSync(file) ? parse(readFileSync(file, 'utf8'), file) : {};
}

function parse(text: string, where: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnreadableContext(`${where} must be JSON: ${(cause as Error).message}`, { cause });
  }
}
