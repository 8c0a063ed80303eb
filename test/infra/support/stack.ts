import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

/** The template of a stack that holds what `build` puts into it; bundles and CloudFormation's rules left out. */
export function templateOf(build: (stack: Stack) => void): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'stack-'));
  try {
    const context = { 'aws:cdk:bundling-stacks': [] };
    const stack = new Stack(new App({ outdir, context, builtinCloudFormationValidation: false }), 'Stack');
    build(stack);
    return Template.fromStack(stack);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
