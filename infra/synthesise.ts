import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { readContext } from './context.ts';
import { ServiceStage } from './service-stage.ts';
import { deployedStages, parseStageName, type StageSettings, settingsOf } from './stages.ts';

const ROOT = join(import.meta.dirname, '..');

export interface SynthesiseProps {
  /** One stage alone, `local` included. Without it: every stage that is deployed. */
  readonly stage?: string | undefined;
  /** Without it: cdk.out. */
  readonly outdir?: string | undefined;
  /** False: templates only, their bundles left out. */
  readonly bundles?: boolean;
}

/**
 * Writes the templates of the chosen stages, and the bundles of their functions, into a folder.
 * @throws Error when a stage is unknown or inconsistent, an entry cannot be bundled, or a rule finds fault with a template
 */
export async function synthesise(props: SynthesiseProps = {}): Promise<CloudAssembly> {
  const app = await createApp(props);
  return app.synth();
}

/** The app as {@link synthesise} is about to write it. */
export async function createApp({ stage, ...props }: SynthesiseProps): Promise<App> {
  const names = stage === undefined ? deployedStages : [parseStageName(stage)];
  return createAppOf(Object.fromEntries(names.map((name) => [name, settingsOf(name)])), props);
}

/** An app of these stages. */
export async function createAppOf(
  stages: Readonly<Record<string, StageSettings>>,
  { outdir, bundles = true }: Omit<SynthesiseProps, 'stage'>,
): Promise<App> {
  // CloudFormation never sees the local stage, and its rules would take two thirds of the time that a start has.
  const isDeployed = !('local' in stages);
  const app = new App({
    outdir: outdir ?? join(ROOT, 'cdk.out'),
    context: { ...CONTEXT, ...readContext(), ...(!bundles && { 'aws:cdk:bundling-stacks': [] }) },
    analyticsReporting: false,
    builtinCloudFormationValidation: isDeployed,
  });
  for (const [name, settings] of Object.entries(stages)) new ServiceStage(app, name, settings);
  if (isDeployed) await addRulePacks(app);
  return app;
}

// In code and not in cdk.json, which holds a team's own settings and which no release changes.
const CONTEXT = {
  // A template that CloudFormation would refuse ends the synth.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  // What the CLI sets by itself: without it, a plain `node infra/app.ts` would write other templates.
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
};

async function addRulePacks(app: App): Promise<void> {
  // Imported here, since it takes a while to load and the local stage does without.
  const { AwsSolutionsChecks, ServerlessChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(), new ServerlessChecks());
}
