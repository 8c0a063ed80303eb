// The CDK app: `cdk` runs it through cdk.json, and it runs without the CLI just as well:
//
//   CDK_OUTDIR=some/folder REPROCESS_STAGE=local node infra/app.ts
//
// CDK_OUTDIR is where templates and bundles go (cdk.out without it). REPROCESS_STAGE is the one stage to synthesise
// (without it: every stage that is deployed), and the only way to the local one: its templates are written into
// assembly-local/, and each function's `aws:asset:path` metadata leads from there to the folder with its bundle.
import { synthesise } from './synthesise.ts';

await synthesise({ stage: process.env.REPROCESS_STAGE, outdir: process.env.CDK_OUTDIR });
