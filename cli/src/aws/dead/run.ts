import { text } from 'node:stream/consumers';
import { connect } from './connect.ts';
import { parseResubmitArguments } from './options.ts';

export async function run(args: readonly string[]): Promise<number> {
  const options = parseResubmitArguments(args);
  const lines = options.readsInput ? (await text(process.stdin)).split('\n') : [];
  const { resubmit, close } = await connect(options);
  const results = await resubmit([...options.requestIds, ...lines]).finally(close);
  for (const { line } of results) console.log(line);
  return results.some(({ kind }) => kind === 'refused') ? 1 : 0;
}
