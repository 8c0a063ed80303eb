import type { BatchInput } from '../../../client/src/batches/hand-over.ts';
import { usageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { parseColumnMap } from '../input/column-map.ts';
import { parseSettings, preferencesOf } from '../input/preferences.ts';
import { type RequestFile, readRequestFile } from '../input/request-file.ts';

/** What the command line makes a batch from. */
export interface SourceOptions {
  readonly ids?: readonly string[] | undefined;
  readonly order?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly map?: readonly string[] | undefined;
  readonly name?: string | undefined;
}

export interface BatchSource {
  readonly input: BatchInput;
  /** Undefined for an order, which the service names. */
  readonly name: string | undefined;
  /** Where the requests come from a file. */
  readonly file?: RequestFile;
  /** What is unusual, for people. */
  readonly notes: readonly string[];
}

const UNCHANGED = 'no --set: each image is processed again with the preferences that it has';

/** @throws CommandError */
export async function readSource(
  path: string | undefined,
  options: SourceOptions,
  context: Context,
): Promise<BatchSource> {
  const { ids, order, name } = options;
  const named = [path, ids, order].filter((each) => each !== undefined);
  if (named.length !== 1) throw usageError('name one of: a FILE, - for stdin, --ids ID…, --order ID');
  const settings = parseSettings(options.set);
  const map = parseColumnMap(options.map);
  if (path !== undefined) {
    const file = await readRequestFile(path, { settings, map }, context);
    return { input: namedBlob(file, name), name: name ?? file.name, file, notes: [] };
  }
  if (map.size > 0) throw usageError('--map goes with a file alone');
  const preferences = preferencesOf(settings);
  const notes = settings.length === 0 ? [UNCHANGED] : [];
  if (order !== undefined) return { input: { orderId: order, preferences }, name, notes };
  return { input: { imageIds: ids ?? [], preferences }, name: name ?? `${ids?.length} images.ndjson`, notes };
}

const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' };

/** The service goes by the file's name. Under another name, the content type has to say what the file is. */
function namedBlob({ content, kind }: RequestFile, name: string | undefined): Blob {
  return name === undefined ? content : content.slice(0, content.size, TYPES[kind]);
}
