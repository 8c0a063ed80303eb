import type { RequestFormat } from '../core/batch/creating/request-files.ts';
import { formatOf } from '../core/batch/reading/file-names.ts';
import { shown } from '../core/request/preferences.ts';
import { BadRequest } from '../lambda/bad-request.ts';

export const ACCEPTED_TYPES =
  'one request a line (application/x-ndjson), a table (text/csv) or JSON (application/json)';

const KINDS: readonly { readonly type: RegExp; readonly kind: RequestFormat }[] = [
  { type: /^(application|text)\/(x-)?(ndjson|jsonl|jsonlines|json-seq)$/, kind: 'ndjson' },
  { type: /^(text|application)\/(x-)?csv$/, kind: 'csv' },
  { type: /^application\/json$/, kind: 'json' },
];

const ADVICE: readonly { readonly type: RegExp; readonly kind?: string; readonly advice: string }[] = [
  {
    type: /excel|spreadsheet/,
    kind: 'spreadsheet',
    advice: 'save the spreadsheet as "CSV UTF-8", and send that file as text/csv',
  },
  { type: /zip|tar|compressed|rar/, kind: 'archive', advice: 'unpack it, and send each file that is in it' },
  {
    type: /^multipart\//,
    advice: 'send the file itself as the body, without a form around it (curl --data-binary @file)',
  },
];

/** How a body is read: by its Content-Type, else by the file's name. @throws BadRequest */
export function bodyKindOf(contentType = '', name: string | undefined): RequestFormat {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const found = KINDS.find((each) => each.type.test(type));
  if (found !== undefined) return found.kind;
  const known = ADVICE.find((each) => each.type.test(type))?.advice;
  const byName = known === undefined && name !== undefined ? formatOf(name) : undefined;
  // What a name calls .json is a document, an array or one of the other shapes.
  if (byName !== undefined && 'name' in byName) return byName.name;
  const byKind = byName?.unread && ADVICE.find(({ kind }) => kind === byName.unread)?.advice;
  const advice = known ?? byKind ?? 'name its kind by the header Content-Type, or its file by ?name=requests.csv';
  throw new BadRequest(415, `the body must be ${ACCEPTED_TYPES}, got ${shown(contentType)}: ${advice}`);
}
