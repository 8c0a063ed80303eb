import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type { StageSettings } from '../../../infra/stages.ts';
import { createApp, createAppOf } from '../../../infra/synthesise.ts';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's JSON, which each test reads at its own risk
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly Metadata: Readonly<Record<string, unknown>>;
}

export interface StackTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>;
}

/** A stage's templates, by the stacks' names. The local stage has no monitoring. */
export type StageTemplates = Readonly<Record<'storage' | 'service', StackTemplate>> & {
  readonly monitoring?: StackTemplate;
};

type NamedTemplates = readonly (readonly [string, StageTemplates])[];

let synthesised: Promise<readonly Stage[]> | undefined;

/** Every stage of the table as synthesised but for the bundles, `local` last. Synthesised once for all files. */
export function everyStage(): Promise<readonly Stage[]> {
  synthesised ??= Promise.all([stagesOfApp(), stagesOfApp('local')]).then((both) => both.flat());
  return synthesised;
}

/** Their templates. */
export async function templatesOfEveryStage(): Promise<NamedTemplates> {
  return (await everyStage()).map((stage) => [stage.stageName, templatesOf(stage)]);
}

async function stagesOfApp(stage?: string): Promise<readonly Stage[]> {
  const outdir = mkdtempSync(join(tmpdir(), 'templates-'));
  try {
    const app = await createApp({ stage, outdir, bundles: false });
    const found = app.node.children.filter(Stage.isStage);
    // Each stage by itself, since the app would run every rule on them: that has a test of its own. A template is read from
    // the folder when it is first asked for: now, since the folder goes.
    for (const each of found) templatesOf(each);
    return found;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** A stage with settings that no released one has. */
export async function templatesWith(name: string, settings: StageSettings): Promise<StageTemplates> {
  const outdir = mkdtempSync(join(tmpdir(), 'templates-'));
  try {
    const app = await createAppOf({ [name]: settings }, { outdir, bundles: false });
    return templatesOf(app.node.findChild(name) as Stage);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function templatesOf(stage: Stage): StageTemplates {
  const { stacks } = stage.synth();
  const [storage, service, monitoring] = ['storage', 'service', 'monitoring'].map(
    (name) => stacks.find(({ hierarchicalId }) => hierarchicalId.endsWith(`/${name}`))?.template,
  );
  return { storage, service, ...(monitoring && { monitoring }) };
}

/** Where a resource stands in its stack's tree of constructs: `Requests/Queue`. */
export function pathOf({ Metadata }: Resource): string {
  return String(Metadata['aws:cdk:path'])
    .replace(/^[^/]+\/[^/]+\//, '')
    .replace(/\/Resource$/, '');
}

/** A stack's resources of one type, by their paths. */
export function resourcesOf({ Resources }: StackTemplate, type: string): Readonly<Record<string, Resource>> {
  const found = Object.values(Resources).filter(({ Type }) => Type === type);
  return Object.fromEntries(found.map((resource) => [pathOf(resource), resource]));
}

export function resource(template: StackTemplate, type: string, path: string): Resource {
  const found = resourcesOf(template, type)[path];
  if (!found) throw new Error(`no ${type} at ${path}`);
  return found;
}

/** A value of a template as a person would write it: the path of the resource that it points at, across stacks as well. */
export function meaningOf(value: unknown, { storage, service, monitoring }: StageTemplates): string {
  const all = { ...storage.Resources, ...service.Resources, ...monitoring?.Resources };
  const outputs = [...Object.values(storage.Outputs), ...Object.values(service.Outputs)];
  const exported = outputs.map(({ Value, Export }) => [Export?.Name, Value] as const);
  return meaning(value);

  function meaning(part: unknown): string {
    if (typeof part !== 'object' || part === null) return String(part);
    const [[name, argument] = []] = Object.entries(part);
    if (name === 'Fn::ImportValue') return meaning(exported.find(([exportName]) => exportName === argument)?.[1]);
    if (name === 'Fn::Join') return argument[1].map(meaning).join(argument[0]);
    const target = name === 'Ref' ? all[argument] : name === 'Fn::GetAtt' ? all[argument[0]] : undefined;
    if (target) return pathOf(target);
    // `AWS::Region` and the like.
    if (name === 'Ref' && argument.startsWith('AWS::')) return argument.slice('AWS::'.length);
    throw new Error(`what does ${JSON.stringify(part)} mean?`);
  }
}
