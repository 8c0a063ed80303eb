import { ReprocessError } from '../../client/src/reprocess-error.ts';
import { awsReport } from './aws-report.ts';
import { isCommandError } from './command-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fieldErrors } from './field-errors.ts';

/** An error as it is reported: a sentence for people, and members for programs. */
export interface ErrorReport {
  readonly exit: ExitCode;
  readonly code: string;
  readonly detail: string;
  readonly status?: number | undefined;
  readonly request_id?: string | undefined;
  readonly may_have_acted?: true;
  readonly retry_after?: number | undefined;
}

/** @returns undefined for a bug, whose stack is needed */
export function reportOf(error: unknown): ErrorReport | undefined {
  if (isCommandError(error)) {
    const facts = error.cause instanceof ReprocessError ? serviceReport(error.cause) : {};
    return { ...facts, exit: error.exit, code: error.code, detail: error.message };
  }
  const changed = changedFile(error);
  if (changed !== undefined) return changed;
  if (error instanceof ReprocessError) return serviceReport(error);
  return fileReport(error as NodeJS.ErrnoException) ?? clientReport(error) ?? awsReport(error);
}

function serviceReport(error: ReprocessError): ErrorReport {
  const { status, code, requestId, retryAfter, mayHaveActed } = error;
  return {
    ...sentenceOf(error),
    code,
    status,
    request_id: requestId,
    retry_after: retryAfter,
    ...(mayHaveActed && { may_have_acted: true }),
  };
}

type Sentence = Pick<ErrorReport, 'exit' | 'detail'>;

function sentenceOf(error: ReprocessError): Sentence {
  const { status, code, detail, mayHaveActed } = error;
  if (status === 401) {
    const detail =
      'the service does not know this key: sign in again with reprocess login, or correct REPROCESS_API_KEY';
    return { exit: EXIT.notAllowed, detail };
  }
  if (status === 403) return { exit: EXIT.notAllowed, detail: `${detail}: use the profile of such a key (--profile)` };
  if (status === 404) return unknownThing(error);
  if (status === 413 || code === 'too_large')
    return { exit: EXIT.usage, detail: TOO_LARGE[error.route ?? ''] ?? detail };
  if (status !== undefined && INVALID.includes(status) && code === `http_${status}`) {
    return { exit: EXIT.usage, detail: fieldErrors(error.body) ?? detail.replace(QUERY_PARAMETER, '--$&') };
  }
  if (status !== undefined && status < 500 && code !== 'unreadable_response') return { exit: EXIT.failed, detail };
  // A code of the service's own says what became of the request.
  if (status !== undefined && !code.startsWith('http_') && code !== 'unreadable_response') {
    return { exit: EXIT.failed, detail };
  }
  const again = mayHaveActed ? 'it may have acted, and the same command again does nothing twice' : 'try again later';
  return { exit: EXIT.notReached, detail: `the service is not reachable: ${detail}; check the address, or ${again}` };
}

/** The call itself cannot be used; a refusal of what it would do has a code of its own. */
const INVALID: readonly number[] = [400, 415, 422];

/** What the service calls by the name of the query's parameter is an option here. */
const QUERY_PARAMETER = /^(state|code|source|image|since|partner)(?= must )/;

/** By route, in terms of the command: the service's sentence speaks of the HTTP call. */
const TOO_LARGE: Readonly<Record<string, string>> = {
  'POST /v3/images/{id}/process': '--set must come to at most 65,536 bytes of JSON, and came to more: set less',
  'POST /v3/batches':
    'the images with what --set says must come to at most 4 MB, and came to more: name fewer of them, or put them into a .csv or .ndjson file, which may be longer',
  'POST /v3/orders/{order_id}/reprocess':
    'what --set says is too long for so many images: set less, or hand the order over in parts, with --ids in place of --order',
};

/** By the id in a route: which command lists such ids. */
const LISTS: Readonly<Record<string, string>> = {
  '{batch_id}': 'check the id (reprocess batch list shows yours)',
  '{request_id}': 'check the id (reprocess request list shows yours)',
};

function unknownThing({ route = '', detail }: ReprocessError): Sentence {
  // The path has no id: it is the callback that is not there.
  if (/ \/v3\/callback(\/test|\/rotate)?$/.test(route)) {
    return { exit: EXIT.failed, detail: 'there is no callback: set one with reprocess callback set URL' };
  }
  const advice = LISTS[/\{\w+_id\}/.exec(route)?.[0] ?? ''];
  return { exit: EXIT.failed, detail: advice === undefined ? detail : `${detail}: ${advice}` };
}

/** What Node says of a Blob whose file is no longer as it was opened. */
function changedFile(error: unknown): ErrorReport | undefined {
  for (let each = error; each instanceof Error || each instanceof DOMException; each = each.cause) {
    if (each.name !== 'NotReadableError') continue;
    const detail = 'the file changed while it was read: close it elsewhere, and run the same command again';
    return { exit: EXIT.usage, code: 'file_changed', detail };
  }
  return undefined;
}

const FILE_ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder: check the path',
  ENOTDIR: 'a part of it is a file, and no folder: check the path',
  EISDIR: 'it is a folder: name a file',
  EACCES: 'it must not be used: check its permissions',
  EPERM: 'it must not be used: check its permissions',
  EROFS: 'it must not be written to: choose another place',
  ENOSPC: 'the disk is full: free some space, or choose another place',
  EEXIST: 'it exists already: choose another place',
};

function fileReport({ code = '', path }: NodeJS.ErrnoException): ErrorReport | undefined {
  const advice = FILE_ADVICE[code];
  if (advice === undefined) return undefined;
  return { exit: EXIT.usage, code: code.toLowerCase(), detail: `${path ?? 'a file'}: ${advice}` };
}

/** What the client says of an address or an id that cannot be used. */
function clientReport(error: unknown): ErrorReport | undefined {
  if (!(error instanceof TypeError) || !/^(url|apiKey|an id) must /.test(error.message)) return undefined;
  return { exit: EXIT.usage, code: 'usage', detail: error.message };
}
