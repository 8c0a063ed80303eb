import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesiseLocalStage } from '../../local/synthesis.ts';
import type { TemplateResource } from '../../local/template/references.ts';
import { temporaryDirectory } from '../local/support/temporary.ts';

export type Resources = Readonly<Record<string, TemplateResource>>;

/** The local stage as synthesised, but for what `edit` changes in the resources of each of its stacks. */
export async function editedAssembly(edit: (resources: Resources) => void): Promise<string> {
  const copy = await temporaryDirectory();
  await copyEdited(await synthesiseLocalStage(), copy, edit);
  return copy;
}

/** Bundles are linked to, since only the templates change. */
async function copyEdited(from: string, to: string, edit: (resources: Resources) => void): Promise<void> {
  for (const name of await readdir(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (name.startsWith('assembly-')) {
      await mkdir(target);
      await copyEdited(source, target, edit);
    } else if (name.endsWith('.template.json')) {
      const template = JSON.parse(await readFile(source, 'utf8'));
      edit(template.Resources);
      await writeFile(target, JSON.stringify(template));
    } else await symlink(source, target);
  }
}

export interface FunctionChanges {
  /** Seconds. */
  readonly timeout?: number;
  /** Those that get another value. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Changes a function's settings. @param of its construct: `Worker`. @throws Error when it has no such variable */
export function changeFunction(resources: Resources, of: string, { timeout, variables = {} }: FunctionChanges): void {
  const found = Object.entries(resources).find(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(`${of}Function`),
  );
  // The other stack.
  if (found === undefined) return;
  const properties = found[1].Properties as unknown as FunctionProperties;
  if (timeout !== undefined) properties.Timeout = timeout;
  for (const [name, value] of Object.entries(variables)) {
    if (!(name in properties.Environment.Variables)) throw new Error(`${of} has no variable ${name}`);
    properties.Environment.Variables[name] = value;
  }
}

interface FunctionProperties {
  Timeout: number;
  readonly Environment: { readonly Variables: Record<string, unknown> };
}

export interface RemovedGrant {
  /** The function's construct: `Worker`. */
  readonly of: string;
  readonly action: string;
  /** Stands in the resource as the template writes it. */
  readonly on: string;
}

/** Takes a permission out of a function's role. @throws Error when its role has no such permission */
export function removeGrant(resources: Resources, { of, action, on }: RemovedGrant): void {
  const policy = Object.entries(resources).find(
    ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(`${of}Role`),
  );
  // The other stack.
  if (policy === undefined) return;
  const document = policy[1].Properties?.PolicyDocument as { Statement: Statement[] };
  const has = (statement: Statement) => JSON.stringify(statement.Resource).includes(on);
  const found = document.Statement.find((each) => has(each) && [each.Action].flat().includes(action));
  if (found === undefined) throw new Error(`the role of ${of} has no ${action} on ${on}`);
  found.Action = [found.Action].flat().filter((each) => each !== action);
  document.Statement = document.Statement.filter(({ Action }) => Action.length > 0);
}

interface Statement {
  Action: string | string[];
  readonly Resource: unknown;
}
