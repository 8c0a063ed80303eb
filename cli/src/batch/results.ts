import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CommandError, stopped, usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';

interface ResultsOptions {
  readonly output?: string;
  readonly force?: boolean;
}

/** `batch results` */
export async function run(context: Context, { output: file, force }: ResultsOptions, id: string): Promise<ExitCode> {
  const { signal, output } = context;
  const isFile = file !== undefined && file !== '-';
  if (isFile && !force && isRegular(file)) throw usageError(`${file} exists already: name another, or add --force`);
  const { body, headers } = await context.client().batches.results(id, { signal });
  if (body === null) throw new CommandError('no_results', EXIT.failed, 'the service sent no results: try again later');
  if (isFile) await save(body, file, signal);
  else await pipeline(body, output.out, { end: false, signal });
  if (!isFile) return EXIT.finished;
  output.say(`${file} has the rows as they came, with what became of each.`);
  const note = otherFormatText(file, headers);
  if (note !== undefined) output.say(note);
  return EXIT.finished;
}

interface Format {
  readonly name: string;
  readonly extensions: readonly string[];
}

const FORMATS: Readonly<Record<string, Format>> = {
  'text/csv': { name: 'CSV', extensions: ['.csv'] },
  'application/x-ndjson': { name: 'NDJSON', extensions: ['.ndjson', '.jsonl'] },
};

/** The results of a retry are NDJSON, also where the first batch was a table. */
function otherFormatText(file: string, headers: Headers): string | undefined {
  const format = FORMATS[headers.get('content-type')?.split(';', 1)[0] ?? ''];
  const extension = extname(file).toLowerCase();
  if (format === undefined || extension === '' || format.extensions.includes(extension)) return undefined;
  const { name, extensions } = format;
  return `${file} holds ${name}: give it a name that ends with ${extensions[0]}, by which programs know it.`;
}

const isRegular = (file: string) => existsSync(file) && statSync(file).isFile();

/** Leaves no half of a file behind. */
async function save(body: ReadableStream<Uint8Array>, file: string, signal: AbortSignal): Promise<void> {
  // A device or a pipe is written to as it is.
  const part = existsSync(file) && !isRegular(file) ? undefined : `${file}.part`;
  try {
    // Opened before anything is read: a file that is opened after the body broke off would be left behind.
    const opened = await open(part ?? file, 'w').catch(async (error) => {
      await body.cancel();
      // As it was named.
      throw Object.assign(error, { path: file });
    });
    await pipeline(body, opened.createWriteStream(), { signal });
    if (part !== undefined) renameSync(part, file);
  } catch (error) {
    if (part !== undefined) rmSync(part, { force: true });
    if (signal.aborted) throw stopped(`${file} was not written`);
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? noSpace(file, error) : error;
  }
}

function noSpace(file: string, cause: unknown): CommandError {
  const detail = `${file} was not written, since the disk is full: free some space, or name another place`;
  return new CommandError('enospc', EXIT.failed, detail, cause);
}
