// npm run resubmit -- --stage <stage> [options] [request ids]
import { text } from 'node:stream/consumers';
import { plainly } from '../infra/plainly.ts';

await plainly(['InconsistentStages', 'UnknownStage', 'UsageError', 'LedgerNotFound'], async () => {
  const { parseResubmitArguments, USAGE } = await import('./resubmit/options.ts');
  const options = parseResubmitArguments(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const lines = options.readsInput ? (await text(process.stdin)).split('\n') : [];
  const { connect } = await import('./resubmit/connect.ts');
  const { resubmit, close } = await connect(options);
  const results = await resubmit([...options.requestIds, ...lines]).finally(close);
  for (const { line } of results) console.log(line);
  return results.some(({ kind }) => kind === 'refused') ? 1 : 0;
});
